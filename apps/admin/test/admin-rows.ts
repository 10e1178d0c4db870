import { randomUUID } from "node:crypto";
import { asUserId } from "@gatehouse/domain-project";
import type { OfflineGrant } from "@gatehouse/domain-session";
import { fromGlobalId, toGlobalId } from "@gatehouse/platform-graphql";
import type { HttpService } from "@gatehouse/platform-http";
import type { TestProject } from "@gatehouse/platform-testing";
import { ClientAuthorizationStore } from "@gatehouse/record-grants";
import { OfflineGrantStore, SessionStore } from "@gatehouse/record-sessions";
import type { AdminClient } from "./admin-client.js";

const CREATE = `mutation($v: String!) { createUser(input: { definition: { loginID: { key: "email", value: $v } } }) { user { id } } }`;

/** A user of a project: his global id and his raw one. */
export async function newUser(ask: AdminClient["ask"], target: TestProject, email = "a@example.com"): Promise<{ id: string; userId: ReturnType<typeof asUserId> }> {
  const { data } = await ask(target, CREATE, { variables: { v: email } });
  const { id } = data.createUser.user;
  return { id, userId: asUserId(fromGlobalId(id)?.id as string) };
}

/** What is signed in. */
export interface GrantOptions {
  userId: ReturnType<typeof asUserId>;
  clientId?: string;
  /** More refresh tokens, of other clients. */
  also?: string[];
  idpSessionId?: string;
  ssoEnabled?: boolean;
  deviceInfo?: Record<string, unknown>;
  lastAccess?: Date;
}

/** Writes sessions as a login would. */
export class SignIns {
  constructor(
    private readonly service: HttpService,
    private readonly target: TestProject,
  ) {}

  /** A browser. Its raw id. */
  async browser(userId: ReturnType<typeof asUserId>): Promise<string> {
    const store = this.service.nest.get(SessionStore, { strict: false });
    return this.target.db.transaction(async (tx) => (await store.create(this.target.ctx, tx, { userId, amr: ["pwd"] })).session.id);
  }

  /** The consent of a user to a client. Its raw id. */
  async authorization(userId: string, clientId: string, scopes = ["openid"]): Promise<string> {
    const store = this.service.nest.get(ClientAuthorizationStore, { strict: false });
    return this.target.db.transaction(async (tx) => (await store.grant(this.target.ctx, tx, { userId, clientId, scopes })).id);
  }

  /** An app. The raw id of its grant. */
  async grant(options: GrantOptions): Promise<string> {
    const { userId, clientId = "spa", also = [], idpSessionId = null, ssoEnabled = false, deviceInfo = null, lastAccess: time = new Date() } = options;
    const store = this.service.nest.get(OfflineGrantStore, { strict: false });
    const access = { time, ip: "8.8.8.8", userAgent: "curl/8.1.2" };
    const times = { createdAt: time, authenticatedAt: time, initialAccess: access, lastAccess: access };
    const unused = { identityId: null, app2appDeviceKey: null, deviceSecretHash: null, deviceSecretDpopJkt: null };
    const grant: OfflineGrant = { id: randomUUID(), userId, amr: [], initialClientId: clientId, idpSessionId, ssoEnabled, deviceInfo, ...times, ...unused };
    for (const [index, client] of [clientId, ...also].entries()) {
      const authorizationId = await this.authorization(userId, client);
      const hash = randomUUID();
      const token = { grantId: grant.id, initialHash: hash, currentHash: hash, clientId: client, authorizationId, scopes: ["openid"], dpopJkt: null, expireAt: null };
      const record = { ...token, createdAt: time, lastAccessAt: time };
      await this.target.db.transaction(async (tx) => {
        if (index === 0) await store.insert(this.target.ctx, tx, { grant, token: record });
        else await store.append(this.target.ctx, tx, record);
      });
    }
    return grant.id;
  }
}

export const sessionId = (raw: string): string => toGlobalId("Session", raw);
export const authorizationId = (raw: string): string => toGlobalId("Authorization", raw);

/** The types and payloads of the events of a project so far. */
export async function eventsOf(target: TestProject): Promise<{ type: string; payload: any; context: any }[]> {
  const rows = await target.db.read((tx) => tx.query("select * from outbox where project_id = $1 order by seq", [target.project.id]));
  return rows as never;
}
