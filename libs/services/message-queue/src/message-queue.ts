import { Injectable, type OnModuleDestroy } from "@nestjs/common";
import { messageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import { type OutgoingMessage, toJob } from "./outgoing-message.js";

/** Hands messages to the worker that renders and delivers them. */
@Injectable()
export class MessageQueue implements OnModuleDestroy {
  private opened: JobQueue | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /** Adds one message; the answer does not wait for its delivery. Throws when the queue does not answer. */
  async enqueue(ctx: ProjectContext, message: OutgoingMessage): Promise<void> {
    this.opened ??= new JobQueue({ name: messageJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.add(toJob(ctx, message), { attempts: messageJob.attempts });
  }

  async onModuleDestroy(): Promise<void> {
    await this.opened?.close();
  }
}
