import { Injectable } from "@nestjs/common";
import type { FlowStepConfig } from "@gatehouse/domain-config";
import { invalidCredentials } from "@gatehouse/domain-errors";
import type { Identified, Identification, Waiting } from "@gatehouse/domain-flow";
import { creationResponseSchema, WebAuthn } from "@gatehouse/service-webauthn";
import { addAuthenticator } from "../engine/memory.js";
import { note, type Run } from "../engine/run.js";
import { RunUsers } from "../engine/run-users.js";
import type { Input, JsonSchema, Reactor, Step } from "../engine/step.js";
import { endUserAccountId } from "@gatehouse/domain-user";

interface PasskeyWaiting extends Waiting {
  kind: "prompt_create_passkey";
  options: Record<string, unknown>;
}

/** Identifications that a passkey may take the place of. */
const COMPATIBLE: readonly Identification[] = ["email", "phone", "username"];

/** `prompt_create_passkey`: somebody who has none is offered a passkey (spec: authentication flow §6.11). */
@Injectable()
export class PromptCreatePasskeyStep implements Step {
  readonly type = "prompt_create_passkey";
  readonly reactors = {
    prompt_create_passkey: {
      schema: (run) => this.schema(run),
      react: (run, _waiting, input) => this.react(run, input),
      data: (run, { options }) => ({ type: "create_passkey_data", creation_options: options, ...(mayOptOut(run) ? { allow_do_not_ask_again: true } : {}) }),
    } satisfies Reactor<PasskeyWaiting>,
  };

  constructor(
    private readonly webAuthn: WebAuthn,
    private readonly users: RunUsers,
  ) {}

  async enter(run: Run, { name, type }: FlowStepConfig): Promise<void> {
    const { memory } = run.state;
    const skip = () => run.trace.add("step", name ?? type, "skipped");
    if (memory.passkeyPrompted || !memory.identified.some(({ identification }) => COMPATIBLE.includes(identification))) return skip();
    const facts = await this.users.current(run);
    if (facts.identities.some((one) => one.type === "passkey") || facts.user.metadata.opt_out_passkey_upselling === true) return skip();
    const options = await this.webAuthn.creationOptions(run.ctx, { userId: facts.user.id, accountName: endUserAccountId(facts), exclude: [] });
    note(run, { passkeyPrompted: true });
    const waiting: PasskeyWaiting = { kind: "prompt_create_passkey", options };
    run.state = { ...run.state, waiting };
  }

  private schema(run: Run): JsonSchema {
    const never = mayOptOut(run) ? { do_not_ask_again: { type: "boolean" } } : {};
    const create = { type: "object", properties: { creation_response: creationResponseSchema }, required: ["creation_response"] };
    return { oneOf: [create, { type: "object", properties: { skip: { const: true }, ...never }, required: ["skip"] }] };
  }

  private async react(run: Run, input: Input): Promise<void> {
    if (input.skip === true) return note(run, input.do_not_ask_again === true && mayOptOut(run) ? { optOutPasskeyUpselling: true } : {});
    const facts = await this.users.current(run);
    const passkey = await this.webAuthn.verifyCreation(run.ctx, { response: input.creation_response, userId: facts.user.id });
    if (!passkey) throw invalidCredentials({ AuthenticationType: "passkey" });
    addAuthenticator(run, { type: "passkey", kind: "primary", passkey }, facts.authenticators);
    const { credentialId } = passkey;
    const details = { passkey: { credentialId, displayName: endUserAccountId(facts) } };
    const identified: Identified = { identification: "passkey", created: { id: run.ctx.newId(), type: "passkey", uniqueKey: credentialId, claims: {}, details }, claims: {} };
    note(run, { identified: [...run.state.memory.identified, identified] });
  }
}

const mayOptOut = ({ ctx }: Run): boolean => ctx.project.config.ui.passkey_upselling_opt_out_enabled;
