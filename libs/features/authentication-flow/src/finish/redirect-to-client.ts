import { Injectable } from "@nestjs/common";
import { AuthenticationInfos } from "@gatehouse/record-grants";
import type { Run } from "../engine/run.js";
import type { Outcome } from "./outcome.js";

/** Where the finish sends the browser, with a code that stands for the result (spec: authentication flow §2.6). */
@Injectable()
export class RedirectToClient {
  constructor(private readonly infos: AuthenticationInfos) {}

  /** `{finish_redirect_uri}`, or nothing without an authorization request. */
  async run({ ctx, record, state }: Run, { userId, createdUser, amr, authenticatedAt, sessionId, sessionKind = "idp" }: Outcome): Promise<Record<string, unknown>> {
    if (!record.redirectUri || state.root.type === "account_recovery") return {};
    const url = new URL(record.redirectUri);
    const code = await this.infos.create(ctx, {
      userId,
      authenticatedAt: authenticatedAt.getTime(),
      amr,
      session: sessionId === undefined ? { type: "none" } : { type: sessionKind, id: sessionId },
      createdUser,
      ...(state.memory.continuedSession ? { continued: true } : {}),
      ...(record.authorizationSessionId ? { authorizationSessionId: record.authorizationSessionId } : {}),
      ...(state.memory.assertedIdentities ? { assertedIdentities: state.memory.assertedIdentities } : {}),
    });
    url.searchParams.set("code", code);
    return { finish_redirect_uri: url.href };
  }
}
