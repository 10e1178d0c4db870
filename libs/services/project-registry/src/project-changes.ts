import type { RedisClient, RedisConnection } from "@gatehouse/platform-redis";

/** The pub/sub channel of project changes; a message is `{"id", "hosts"}`. */
const CHANNEL = "gatehouse:project-changed";

interface Listener {
  changed(id: string, hosts: readonly string[]): void;
  /** Messages may have been missed: forget everything. */
  reconnected(): void;
}

/** Tells every process that a project changed, and hears it from them. */
export class ProjectChanges {
  private readonly subscriber: RedisClient;
  private readonly subscribed: Promise<void>;

  constructor(
    private readonly redis: RedisConnection,
    private readonly listener: Listener,
  ) {
    this.subscriber = redis.client.duplicate({ autoResubscribe: false, maxRetriesPerRequest: null, lazyConnect: false });
    this.subscriber.on("error", () => undefined);
    this.subscriber.on("message", (_channel, message) => this.hear(message));
    this.subscribed = new Promise((resolve) => {
      this.subscriber.on("ready", () => {
        this.subscriber.subscribe(CHANNEL).then(
          () => {
            this.listener.reconnected();
            resolve();
          },
          () => undefined,
        );
      });
    });
  }

  ready(): Promise<void> {
    return this.subscribed;
  }

  async publish(id: string, hosts: readonly string[]): Promise<void> {
    await this.redis.client.publish(CHANNEL, JSON.stringify({ id, hosts }));
  }

  close(): void {
    this.subscriber.disconnect();
  }

  private hear(message: string): void {
    try {
      const { id, hosts } = JSON.parse(message) as { id?: unknown; hosts?: unknown };
      if (typeof id === "string") this.listener.changed(id, Array.isArray(hosts) ? hosts.filter((host) => typeof host === "string") : []);
    } catch {
      this.listener.reconnected();
    }
  }
}
