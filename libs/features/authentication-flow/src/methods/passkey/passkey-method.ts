import { Injectable } from "@nestjs/common";
import type { Authenticator } from "@gatehouse/domain-authenticator";
import type { UserFacts } from "@gatehouse/domain-user";
import { assertionResponseSchema, WebAuthn } from "@gatehouse/service-webauthn";
import { assertFactor } from "../../engine/memory.js";
import type { Asked, BranchOption } from "../../engine/options.js";
import type { Run } from "../../engine/run.js";
import { RunUsers } from "../../engine/run-users.js";
import { VerifyPasskey } from "../../guards/verify-passkey.js";
import type { AuthenticationMethod, ProvingMethod } from "../authentication-method.js";

/** A passkey as the first factor of somebody who is identified already (spec: authentication flow §6.3, §6.13). */
@Injectable()
export class PasskeyMethod implements AuthenticationMethod {
  readonly authentications = ["primary_passkey"] as const;

  readonly proving: ProvingMethod = {
    options: (run, asked, facts) => this.options(run, asked, facts),
    input: () => ({ properties: { assertion_response: assertionResponseSchema }, required: ["assertion_response"] }),
    authenticate: (run, _option, input) => this.authenticate(run, input.assertion_response),
  };

  constructor(
    private readonly webAuthn: WebAuthn,
    private readonly passkeys: VerifyPasskey,
    private readonly users: RunUsers,
  ) {}

  private async options(run: Run, { config, ...at }: Asked, facts: UserFacts): Promise<BranchOption[]> {
    const { authentication } = config;
    const own = unused(run, facts);
    if (own.length === 0) return [];
    const allow = own.flatMap(({ passkey }) => passkey?.credentialId ?? []);
    return [{ ...at, match: { authentication }, shown: { authentication, request_options: await this.webAuthn.requestOptions(run.ctx, { allow }) } }];
  }

  private async authenticate(run: Run, response: unknown): Promise<void> {
    const facts = await this.users.stored(run);
    const { id } = await this.passkeys.check(run, { response, authenticators: unused(run, facts), facts });
    assertFactor(run, { authentication: "primary_passkey", authenticatorId: id });
  }
}

const unused = (run: Run, facts: UserFacts): Authenticator[] =>
  facts.authenticators.filter((one) => one.type === "passkey" && !run.state.memory.used.some(({ id }) => id === one.id));
