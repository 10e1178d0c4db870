import type { Identification } from "@gatehouse/domain-flow";
import type { Asked, BranchOption, InputShape } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import type { Input, Reacting } from "../engine/step.js";

/** One way to say who one is: what a branch offers, what it takes, and what becomes of it. */
export interface IdentificationMethod extends Reacting {
  readonly identifications: readonly Identification[];
  /** What becomes of a branch's `bot_protection`: checked by default; `unverified`: shown and demanded only; `ignored`: not even that (spec: authentication flow §4.8). */
  readonly botProtection?: "unverified" | "ignored";
  /** What a branch offers when its step is entered; nothing where the flow type has no use for it. */
  options(run: Run, asked: Asked): Promise<BranchOption[]> | BranchOption[];
  /** What the input must hold beside the option's own keys. */
  input(run: Run, option: BranchOption): InputShape;
  /** Takes a valid input: hands an identity to `Identify`, or waits for more. */
  identify(run: Run, option: BranchOption, input: Input): Promise<void>;
}
