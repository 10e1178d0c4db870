import { type WebhookDeliveryJob, webhookDeliveryJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";

/** An attempt to queue. */
export interface QueuedAttempt {
  projectId: string;
  deliveryId: string;
  /** Attempts made before it; with the delivery's id it names the job, so that the same attempt is never queued twice. */
  attempts: number;
  /** Milliseconds to wait. */
  delay?: number;
  /** Set for a replay, which must not be taken for the attempt that may be waiting already. */
  replayedAt?: Date;
}

/** Jobs that attempt deliveries: ids only, no personal data. */
@Injectable()
export class DeliveryQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /** Throws when Redis does not answer. */
  async add(attempts: readonly QueuedAttempt[]): Promise<void> {
    this.opened ??= new JobQueue({ name: webhookDeliveryJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.addAll(
      attempts.map(({ projectId, deliveryId, attempts: made, delay, replayedAt }) => {
        const data: WebhookDeliveryJob = { project_id: projectId, delivery_id: deliveryId };
        return { data, how: { id: replayedAt ? `${deliveryId}.${made}.${replayedAt.getTime()}` : `${deliveryId}.${made}`, delay } };
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}
