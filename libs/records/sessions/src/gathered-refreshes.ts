import { Injectable } from "@nestjs/common";
import DataLoader from "dataloader";
import type { ProjectContext } from "@gatehouse/domain-project";
import { accessWindow } from "@gatehouse/domain-session";
import { Database } from "@gatehouse/platform-postgres";
import { lifetimes } from "./lifetimes.js";
import { type AccessToIssue, type GrantOfToken, ISSUE_ACCESS, toGrantOfToken } from "./refresh-token-statements.js";
import { storedAccess } from "./session-rows.js";

/** A refresh token that is presented for an access token. */
interface Refresh {
  ctx: ProjectContext;
  grantId: string;
  hash: string;
  access: AccessToIssue;
  clientId: string;
  /** Thumbprint of the key that the request proves; null for none, `UNPROVEN` where none is asked for. */
  provenJkt: string | null;
}

type Found = GrantOfToken | undefined;

/** Statements of one project that may run at once; while they do, more refreshes gather. */
const STATEMENTS_AT_ONCE = 2;
const MOST_AT_ONCE = 64;

/**
 * Issues access tokens for refresh tokens that do not rotate: those of a project that come together share one statement and one durable commit, so that under load most of
 * what a refresh costs is paid once for many. One that comes alone waits for nothing.
 */
@Injectable()
export class GatheredRefreshes {
  private readonly loaders = new WeakMap<ProjectContext["project"], DataLoader<Refresh, Found>>();

  constructor(private readonly db: Database) {}

  /** The grant of a refresh token, with the access token written; undefined when there is none of this client and key. */
  async issue(ctx: ProjectContext, refresh: Omit<Refresh, "ctx">): Promise<Found> {
    return this.loaderOf(ctx).load({ ctx, ...refresh });
  }

  /** One loader for one version of a project's configuration. */
  private loaderOf({ project }: ProjectContext): DataLoader<Refresh, Found> {
    const known = this.loaders.get(project);
    if (known) return known;
    const waiting: (() => void)[] = [];
    let running = 0;
    const start = (dispatch: () => void): void => {
      running += 1;
      setImmediate(dispatch);
    };
    const load = async (refreshes: readonly Refresh[]): Promise<Found[]> => {
      try {
        return await this.load(refreshes);
      } finally {
        running -= 1;
        const next = waiting.shift();
        if (next) start(next);
      }
    };
    const batchScheduleFn = (dispatch: () => void): void => {
      if (running < STATEMENTS_AT_ONCE) start(dispatch);
      else waiting.push(dispatch);
    };
    const loader = new DataLoader(load, { cache: false, maxBatchSize: MOST_AT_ONCE, batchScheduleFn });
    this.loaders.set(project, loader);
    return loader;
  }

  private async load(refreshes: readonly Refresh[]): Promise<Found[]> {
    const [{ ctx }] = refreshes as [Refresh];
    const now = ctx.now();
    const each = <T>(of: (refresh: Refresh) => T): T[] => refreshes.map(of);
    const rows = await this.db.read((tx) =>
      tx.prepared(ISSUE_ACCESS, [
        ctx.project.id,
        each(({ grantId }) => grantId),
        each(({ hash }) => hash),
        now,
        each(({ ctx: { request } }) => JSON.stringify(storedAccess({ time: now, ip: request.ip, userAgent: request.userAgent }))),
        accessWindow(ctx.project.config),
        lifetimes(ctx.project.config),
        each(({ access }) => access.tokenHash),
        each(({ access }) => access.expireAt),
        each(({ clientId }) => clientId),
        each(({ provenJkt }) => provenJkt),
      ]),
    );
    const found = new Map(rows.map((row) => [Number(row.place), toGrantOfToken(row)]));
    return refreshes.map((_, index) => found.get(index + 1));
  }
}
