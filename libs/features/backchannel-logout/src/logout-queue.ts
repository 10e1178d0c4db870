import { type BackchannelLogoutJob, backchannelLogoutJob } from "@gatehouse/domain-jobs";
import { EnvConfig } from "@gatehouse/platform-env";
import { JobQueue } from "@gatehouse/platform-queue";
import { RedisConnection } from "@gatehouse/platform-redis";
import type { LogoutSubscription } from "@gatehouse/record-grants";
import { Injectable, type OnApplicationShutdown } from "@nestjs/common";

/** Jobs that tell a client of a session's end: ids only. */
@Injectable()
export class LogoutQueue implements OnApplicationShutdown {
  private opened: JobQueue | undefined;

  constructor(
    private readonly redis: RedisConnection,
    private readonly env: EnvConfig,
  ) {}

  /** The same end is queued once. Throws when Redis does not answer. */
  async add(ended: readonly LogoutSubscription[]): Promise<void> {
    if (ended.length === 0) return;
    this.opened ??= new JobQueue({ name: backchannelLogoutJob.name, redis: this.redis, databaseUrl: this.env.databaseUrl });
    await this.opened.addAll(
      ended.map(({ projectId, kind, sessionId, clientId }) => {
        const data: BackchannelLogoutJob = { project_id: projectId, session_kind: kind, session_id: sessionId, client_id: clientId };
        return { data, how: { id: `${projectId}.${kind}.${sessionId}.${Buffer.from(clientId).toString("base64url")}`, attempts: backchannelLogoutJob.attempts } };
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}
