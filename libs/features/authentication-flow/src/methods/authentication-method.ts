import type { Authentication } from "@gatehouse/domain-flow";
import type { UserFacts } from "@gatehouse/domain-user";
import type { Asked, BranchOption, InputShape } from "../engine/options.js";
import type { Run } from "../engine/run.js";
import type { Input, Reacting } from "../engine/step.js";

/** How a user proves with a method that he is himself (`authenticate`). */
export interface ProvingMethod {
  /** What a branch offers a user; nothing when he cannot use it. `facts`: the user as he is stored. */
  options(run: Run, asked: Asked, facts: UserFacts): Promise<BranchOption[]> | BranchOption[];
  /** What the input must hold beside the option's own keys. */
  input(run: Run, option: BranchOption): InputShape;
  /** Takes a valid input: notes the factor by `assertFactor`, or waits for more. Throws `InvalidCredentials`. */
  authenticate(run: Run, option: BranchOption, input: Input): Promise<void>;
}

/** How a user gets a new factor of a method (`create_authenticator`). */
export interface EnrolmentMethod {
  /** What a branch offers. */
  options(run: Run, asked: Asked): BranchOption[];
  /** What the input must hold beside the option's own keys. */
  input(run: Run, option: BranchOption): InputShape;
  /** Takes a valid input: notes the factor by `addAuthenticator`, or waits for more. */
  enrol(run: Run, option: BranchOption, input: Input): Promise<void>;
  /** Whether a branch's challenge is really checked; others only show and demand it (spec: authentication flow §4.8). */
  checksBots?(option: BranchOption): boolean;
}

/** One way to authenticate. */
export interface AuthenticationMethod extends Reacting {
  readonly authentications: readonly Authentication[];
  readonly proving?: ProvingMethod;
  readonly enrolment?: EnrolmentMethod;
}
