import { Injectable, type OnApplicationShutdown } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { projectKey, type RedisClient, RedisConnection } from "@gatehouse/platform-redis";

type Listener = () => void;

/** Tells clients of flow runs that their state is to be read again, across processes. One subscribing connection per process. */
@Injectable()
export class FlowChannel implements OnApplicationShutdown {
  private readonly listeners = new Map<string, Set<Listener>>();
  private subscriber: RedisClient | undefined;

  constructor(private readonly redis: RedisConnection) {}

  onApplicationShutdown(): void {
    this.subscriber?.disconnect();
  }

  /** Calls a listener at every refresh of a channel, until the function it returns is called. */
  async subscribe(ctx: ProjectContext, channel: string, listener: Listener): Promise<() => Promise<void>> {
    const key = this.key(ctx, channel);
    const known = this.listeners.get(key);
    const listeners = known ?? new Set<Listener>();
    listeners.add(listener);
    this.listeners.set(key, listeners);
    if (!known) await this.connection().subscribe(key);
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.listeners.get(key) !== listeners) return;
      this.listeners.delete(key);
      await this.connection().unsubscribe(key);
    };
  }

  /** Has everybody on a channel read again. */
  async refresh(ctx: ProjectContext, channel: string): Promise<void> {
    await this.redis.client.publish(this.key(ctx, channel), "refresh");
  }

  private connection(): RedisClient {
    if (this.subscriber) return this.subscriber;
    const subscriber = this.redis.client.duplicate({ maxRetriesPerRequest: null });
    subscriber.on("error", () => undefined);
    subscriber.on("message", (key) => {
      for (const listener of this.listeners.get(key) ?? []) listener();
    });
    this.subscriber = subscriber;
    return subscriber;
  }

  private key(ctx: ProjectContext, channel: string): string {
    return projectKey(ctx, "flow-channel", channel);
  }
}
