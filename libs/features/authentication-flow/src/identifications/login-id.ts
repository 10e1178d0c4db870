import { Injectable } from "@nestjs/common";
import { externalJwtInvalidClaim } from "@gatehouse/domain-errors";
import { currentFlow, type IncomingIdentity, type ProvenClaim } from "@gatehouse/domain-flow";
import { CLAIM_OF_LOGIN_ID, type LoginIdType } from "@gatehouse/domain-identity";
import { ExternalJwt } from "@gatehouse/service-external-jwt";
import type { Asked, BranchOption, InputShape } from "../engine/options.js";
import { text } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import type { Input } from "../engine/step.js";
import { Identify } from "../identify/identify.js";
import { checkedLoginId } from "../identify/checked-login-id.js";
import { typedLoginId } from "../rules/typed-login-id.js";
import type { IdentificationMethod } from "./identification-method.js";

/** Identification by email, phone number or user name; in sign-up also by another issuer's JWT (spec: authentication flow §6.1, §12). */
@Injectable()
export class LoginIdIdentification implements IdentificationMethod {
  readonly identifications = ["email", "phone", "username"] as const;

  constructor(
    private readonly identify_: Identify,
    private readonly externalJwt: ExternalJwt,
  ) {}

  options(_run: Run, { config, ...at }: Asked): BranchOption[] {
    const { identification } = config;
    return [{ ...at, match: { identification }, shown: { identification } }];
  }

  input(run: Run): InputShape {
    if (currentFlow(run.state).type !== "signup") return { properties: { login_id: text() }, required: ["login_id"] };
    return { properties: { login_id: text(), external_jwt: text() }, more: { oneOf: [{ required: ["login_id"] }, { required: ["external_jwt"] }] } };
  }

  async identify(run: Run, option: BranchOption, input: Input): Promise<void> {
    const identification = option.match.identification as LoginIdType;
    const signup = currentFlow(run.state).type === "signup";
    const incoming =
      signup && typeof input.external_jwt === "string" ? await this.vouched(run, identification, input.external_jwt) : typedLoginId(identification, input.login_id as string);
    await this.identify_.as(run, option, incoming);
  }

  private async vouched(run: Run, type: LoginIdType, jwt: string): Promise<IncomingIdentity> {
    const identity = await this.externalJwt.verify(run.ctx, jwt);
    const name = CLAIM_OF_LOGIN_ID[type];
    const value = identity[name];
    if (!value) throw externalJwtInvalidClaim();
    const loginId = checkedLoginId(run, { type, key: type, value });
    const proven = name === "email" ? identity.emailVerified : name === "phone_number" && identity.phoneNumberVerified;
    const verified: ProvenClaim[] = proven && name !== "preferred_username" ? [{ name, value: loginId.value }] : [];
    return { ...typedLoginId(type, value), loginId, verified };
  }
}
