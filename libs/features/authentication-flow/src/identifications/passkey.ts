import { Injectable } from "@nestjs/common";
import type { IncomingIdentity } from "@gatehouse/domain-flow";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts } from "@gatehouse/record-accounts";
import { assertionResponseSchema, WebAuthn } from "@gatehouse/service-webauthn";
import type { Asked, BranchOption, InputShape } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import type { Input } from "../engine/step.js";
import { VerifyPasskey } from "../guards/verify-passkey.js";
import { FindUser } from "../identify/find-user.js";
import { Identify } from "../identify/identify.js";
import type { IdentificationMethod } from "./identification-method.js";

/** Identification by a passkey, which authenticates too (spec: authentication flow §6.13). */
@Injectable()
export class PasskeyIdentification implements IdentificationMethod {
  readonly identifications = ["passkey"] as const;

  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
    private readonly webAuthn: WebAuthn,
    private readonly passkeys: VerifyPasskey,
    private readonly users: FindUser,
    private readonly identify_: Identify,
  ) {}

  /** Nobody signs up with a passkey: it is added to an account. */
  async options(run: Run, { config, ...at }: Asked): Promise<BranchOption[]> {
    const { identification } = config;
    if (run.state.memory.isNewUser || at.flow.type === "promote") return [];
    return [{ ...at, match: { identification }, shown: { identification, request_options: await this.webAuthn.requestOptions(run.ctx, {}) } }];
  }

  input(): InputShape {
    return { properties: { assertion_response: assertionResponseSchema }, required: ["assertion_response"] };
  }

  async identify(run: Run, option: BranchOption, input: Input): Promise<void> {
    const response = input.assertion_response;
    const incoming = incomingPasskey(this.webAuthn.credentialIdOf(response) ?? "");
    const facts = await this.db.read((tx) => this.accounts.byIdentity(run.ctx, tx, incoming));
    if (!facts) throw await this.users.notFound(run, incoming);
    run.facts = facts;
    const authenticator = facts.authenticators.find(({ passkey }) => passkey?.credentialId === incoming.uniqueKey);
    await this.passkeys.check(run, { response, authenticators: authenticator ? [authenticator] : [], facts });
    await this.identify_.as(run, option, { ...incoming, ...(authenticator ? { authenticatorId: authenticator.id } : {}) });
  }
}

const incomingPasskey = (credentialId: string): IncomingIdentity => ({
  identification: "passkey",
  type: "passkey",
  uniqueKey: credentialId,
  claims: {},
  linkClaims: {},
  details: {},
  verified: [],
});
