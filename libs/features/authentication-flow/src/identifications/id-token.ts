import { Injectable } from "@nestjs/common";
import { invalidIdToken, userNotFound } from "@gatehouse/domain-errors";
import { isUuid } from "@gatehouse/platform-ids";
import type { Asked, BranchOption, InputShape } from "../engine/options.js";
import { text } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import type { Input } from "../engine/step.js";
import { Identify } from "../identify/identify.js";
import { subjectOfIdToken } from "../rules/subject-of-id-token.js";
import type { IdentificationMethod } from "./identification-method.js";

/** An ID token of this project, however old (spec: authentication flow §6.1). */
@Injectable()
export class IdTokenIdentification implements IdentificationMethod {
  readonly identifications = ["id_token"] as const;
  readonly botProtection = "unverified";

  constructor(private readonly identify_: Identify) {}

  options(run: Run, { config, ...at }: Asked): BranchOption[] {
    const { identification } = config;
    return run.state.memory.isNewUser ? [] : [{ ...at, match: { identification }, shown: { identification } }];
  }

  input(): InputShape {
    return { properties: { id_token: text() }, required: ["id_token"] };
  }

  identify(run: Run, option: BranchOption, input: Input): Promise<void> {
    return this.takeToken(run, option, input.id_token as string);
  }

  /** The user a token speaks of. Throws `Invalid/Invalid` for a token that is not this project's. */
  async takeToken(run: Run, option: BranchOption, idToken: string): Promise<void> {
    const userId = await subjectOfIdToken(run.ctx, idToken);
    if (userId === undefined) throw invalidIdToken();
    if (!isUuid(userId)) throw userNotFound({});
    await this.identify_.asAccount(run, option, { identification: "id_token", userId, idToken });
  }
}
