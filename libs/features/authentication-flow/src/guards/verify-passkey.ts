import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import { authenticationPrimaryPasskeyFailed } from "@gatehouse/domain-events";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { WebAuthn } from "@gatehouse/service-webauthn";
import { note, type Run } from "../engine/run.js";
import { CredentialGuard } from "./credential-guard.js";

/** Checks a passkey's answer against those a user has. */
@Injectable()
export class VerifyPasskey {
  constructor(
    private readonly guard: CredentialGuard,
    private readonly webAuthn: WebAuthn,
  ) {}

  /** The authenticator that answered; its signature counter is noted for the finish. Throws `InvalidCredentials`, `WebAuthnSessionNotFound`, `RateLimited`, `AccountLockout`. */
  async check(run: Run, { response, authenticators, facts }: { response: unknown; authenticators: readonly Authenticator[]; facts: UserFacts }): Promise<Authenticator> {
    const { ctx } = run;
    const credentialId = this.webAuthn.credentialIdOf(response);
    const authenticator = authenticators.find(({ passkey }) => passkey?.credentialId === credentialId);
    const credential = authenticator?.passkey;
    const { signCount } = await this.guard.check(run, {
      name: "passkey",
      buckets: credentialBuckets(ctx, "passkey", undefined),
      userId: facts.user.id,
      verify: async () => (credential ? this.webAuthn.verifyAssertion(ctx, { response, credential }) : undefined),
      failed: () => authenticationPrimaryPasskeyFailed({ user: userModel(ctx.project.config, facts, ctx.now()), authentication_stage: "primary", authenticator_type: "passkey" }),
    });
    const used = authenticator as Authenticator;
    note(run, { signCounts: [...run.state.memory.signCounts, { authenticatorId: used.id, count: signCount }] });
    return used;
  }
}
