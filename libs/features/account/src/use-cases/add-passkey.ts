import { Injectable } from "@nestjs/common";
import { invalidCredentials } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext, UserId } from "@gatehouse/domain-project";
import { Database } from "@gatehouse/platform-postgres";
import { IdentityChanges } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { WebAuthn } from "@gatehouse/service-webauthn";
import { AccountReader } from "../guards/account-reader.js";
import { endUserAccountId } from "@gatehouse/domain-user";

/** Adds a passkey: an identity and a primary authenticator (spec: account management §4.3). */
@Injectable()
export class AddPasskey {
  constructor(
    private readonly db: Database,
    private readonly reader: AccountReader,
    private readonly webAuthn: WebAuthn,
    private readonly changes: IdentityChanges,
    private readonly outbox: EventOutbox,
  ) {}

  /** `creation_options` for the browser; the passkeys that the user has are excluded. */
  async options(ctx: ProjectContext, userId: UserId): Promise<Record<string, unknown>> {
    const facts = await this.reader.facts(ctx, userId);
    const exclude = facts.authenticators.flatMap(({ passkey }) => (passkey ? [passkey.credentialId] : []));
    return this.webAuthn.creationOptions(ctx, { userId, accountName: endUserAccountId(facts), exclude });
  }

  /** Takes a `creation_response` to a challenge of this user. Throws `WebAuthnSessionNotFound`, `InvalidCredentials`, `DuplicatedIdentity`. */
  async run(ctx: ProjectContext, { userId, response }: { userId: UserId; response: unknown }): Promise<Identity> {
    const passkey = await this.webAuthn.verifyCreation(ctx, { response, userId });
    if (!passkey) throw invalidCredentials({ AuthenticationType: "passkey" });
    const { credentialId } = passkey;
    return this.db.transaction(async (tx) => {
      const facts = await this.changes.locked(ctx, tx, userId);
      const details = { passkey: { credentialId, displayName: endUserAccountId(facts) } };
      const { identity, events } = await this.changes.add(ctx, tx, {
        facts,
        identity: { type: "passkey", uniqueKey: credentialId, details },
        authenticators: [{ type: "passkey", kind: "primary", passkey }],
      });
      await this.outbox.append(ctx, tx, events);
      return identity;
    });
  }
}
