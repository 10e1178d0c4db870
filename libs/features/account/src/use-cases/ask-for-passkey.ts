import { Injectable } from "@nestjs/common";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { WebAuthn } from "@gatehouse/service-webauthn";
import { AccountReader } from "../guards/account-reader.js";

/** What a browser is asked when somebody is to prove himself by a passkey (spec: auth UI §14). */
@Injectable()
export class AskForPasskey {
  constructor(
    private readonly reader: AccountReader,
    private readonly webAuthn: WebAuthn,
  ) {}

  /** `request_options` for a passkey of this user, or of anybody when no user is given. */
  async run(ctx: ProjectContext, userId?: UserId): Promise<Record<string, unknown>> {
    if (!userId) return this.webAuthn.requestOptions(ctx, {});
    const { authenticators } = await this.reader.facts(ctx, userId);
    return this.webAuthn.requestOptions(ctx, { allow: authenticators.flatMap(({ passkey }) => passkey?.credentialId ?? []) });
  }
}
