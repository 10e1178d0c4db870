import { randomBytes } from "node:crypto";
import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import { EnvConfig } from "@gatehouse/platform-env";
import type { FastifyInstance, HttpService } from "@gatehouse/platform-http";
import { newUuid } from "@gatehouse/platform-ids";
import { type TestProject, testPlatform, testProject } from "@gatehouse/platform-testing";
import { createPortalService } from "../src/index.js";

/** A portal of one test file, with its own project of developers. */
export interface TestPortal {
  accounts: TestProject;
  service: HttpService;
  http: FastifyInstance;
  operator: { authorization: string };
  /** Headers of a signed-in developer; `change` replaces claims of the token. */
  developer(userId?: string, change?: Record<string, unknown>): Promise<{ authorization: string }>;
  close(): Promise<void>;
}

export const newProjectId = (): string => `w${randomBytes(6).toString("hex")}`;

/** Boots the portal over the shared resources. */
export async function testPortal(change: Partial<EnvConfig> = {}): Promise<TestPortal> {
  const { resources, env } = await testPlatform();
  const accounts = await testProject({
    config: {
      oauth: {
        clients: [{ client_id: "portal", name: "Portal", x_application_type: "spa", issue_jwt_access_token: true, redirect_uris: ["http://localhost:3003/oauth-redirect"] }],
      },
    },
  });
  const service = await createPortalService({ ...resources, env: new EnvConfig({ ...env, portalAuthgearAppId: accounts.project.id, ...change }) });
  const origin = accounts.project.config.http.public_origin;
  return {
    accounts,
    service,
    http: service.fastify,
    operator: { authorization: `Bearer ${env.operatorToken}` },
    developer: async (userId = newUuid(), claims = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const { typ, key, ...rest } = claims as { typ?: string; key?: KeyJwk };
      const token = await signJwt(
        key ?? (accounts.project.secrets.oauth?.keys[0] as KeyJwk),
        { iss: origin, aud: [origin], iat: now, exp: now + 600, sub: userId, client_id: "portal", scope: "openid", ...rest },
        typ ?? "at+jwt",
      );
      return { authorization: `Bearer ${token}` };
    },
    close: () => service.close(),
  };
}
