import { Injectable } from "@nestjs/common";
import type { Authentication } from "@gatehouse/domain-flow";
import { authenticationPrimaryPasswordFailed, authenticationSecondaryPasswordFailed } from "@gatehouse/domain-events";
import { MAX_PASSWORD_BYTES, mustChangePassword } from "@gatehouse/domain-authenticator";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import { PasswordHasher } from "@gatehouse/platform-crypto";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { addAuthenticator, assertFactor, splitAuthentication } from "../../engine/memory.js";
import { type Asked, type BranchOption, type InputShape, text } from "../../engine/options.js";
import { note, type Run } from "../../engine/run.js";
import { RunUsers } from "../../engine/run-users.js";
import type { Input } from "../../engine/step.js";
import { CredentialGuard } from "../../guards/credential-guard.js";
import { NewPassword } from "../../guards/new-password.js";
import type { AuthenticationMethod, EnrolmentMethod, ProvingMethod } from "../authentication-method.js";

/** A hash no password has: checked when a user has none, so that the answer takes the same time. */
const NO_PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLW5vLXB3ZA$Ww0VfO1zVZ2rVJr9WJ1n2mWm0pXGzE0m1q5nq0m1s3Y";

interface Verified {
  authenticatorId: string;
  since: string;
  mustChange?: "policy" | "expiry";
  /** The same password in today's hash. */
  update?: { authenticatorId: string; hash: string; replaces: string };
}

/** Primary and secondary passwords (spec: authentication flow §6.3, §6.5, §11). */
@Injectable()
export class PasswordMethod implements AuthenticationMethod {
  readonly authentications = ["primary_password", "secondary_password"] as const;

  readonly proving: ProvingMethod = {
    options: (run, asked, facts) => this.options(run, asked, facts),
    input: () => ({ properties: { password: text() }, required: ["password"] }),
    authenticate: (run, option, input) => this.authenticate(run, option, input),
  };

  readonly enrolment: EnrolmentMethod = {
    options: (run, { config, ...at }) => {
      const { authentication } = config;
      return [{ ...at, match: { authentication }, shown: { authentication, password_policy: this.newPasswords.shownPolicy(run.ctx) } }];
    },
    input: (): InputShape => ({ properties: { new_password: text({ maxLength: MAX_PASSWORD_BYTES }) }, required: ["new_password"] }),
    enrol: (run, option, input) => this.enrol(run, option, input),
  };

  constructor(
    private readonly hasher: PasswordHasher,
    private readonly guard: CredentialGuard,
    private readonly users: RunUsers,
    private readonly newPasswords: NewPassword,
  ) {}

  /** A primary password is offered to everybody, so that the list does not tell who has one; in re-authentication only to who has. */
  private options(run: Run, { config, ...at }: Asked, facts: UserFacts): BranchOption[] {
    const authentication = config.authentication as Authentication;
    const { kind } = splitAuthentication(authentication);
    const asserted = run.state.memory.used.some((used) => used.type === "password" && used.kind === kind);
    const has = facts.authenticators.some((one) => one.type === "password" && one.kind === kind);
    const offered = kind === "primary" && at.flow.type !== "reauth" ? true : has;
    return offered && !asserted ? [{ ...at, match: { authentication }, shown: { authentication } }] : [];
  }

  private async authenticate(run: Run, option: BranchOption, input: Input): Promise<void> {
    const { ctx } = run;
    const authentication = option.match.authentication as Authentication;
    const { kind } = splitAuthentication(authentication);
    const facts = await this.users.stored(run);
    const event = kind === "primary" ? authenticationPrimaryPasswordFailed : authenticationSecondaryPasswordFailed;
    const { authenticatorId, since, mustChange, update } = await this.guard.check(run, {
      name: "password",
      buckets: credentialBuckets(ctx, "password", facts.user.id),
      lockable: "password",
      userId: facts.user.id,
      verify: () => this.verify(run, { facts, kind, plain: input.password as string }),
      failed: () => event({ user: userModel(ctx.project.config, facts, ctx.now()), authentication_stage: kind, authenticator_type: "password" }),
    });
    if (update) note(run, { passwordUpdates: [...run.state.memory.passwordUpdates, update] });
    assertFactor(run, { authentication, authenticatorId, since, ...(mustChange ? { mustChange } : {}) });
  }

  private async verify(run: Run, { facts, kind, plain }: { facts: UserFacts; kind: "primary" | "secondary"; plain: string }): Promise<Verified | undefined> {
    const authenticator = facts.authenticators.find((one) => one.type === "password" && one.kind === kind);
    const { ok, needsRehash } = await this.hasher.verify(authenticator?.passwordHash ?? NO_PASSWORD, plain);
    if (!ok || !authenticator?.passwordHash) return undefined;
    const { id, passwordHash, updatedAt, expireAfter } = authenticator;
    const mustChange = mustChangePassword(run.ctx.project.config, { plain, updatedAt, expireAfter }, run.ctx.now());
    const update = needsRehash ? { authenticatorId: id, hash: await this.hasher.hash(plain), replaces: passwordHash } : undefined;
    return { authenticatorId: id, since: updatedAt.toISOString(), ...(mustChange ? { mustChange } : {}), ...(update ? { update } : {}) };
  }

  private async enrol(run: Run, option: BranchOption, input: Input): Promise<void> {
    const { kind } = splitAuthentication(option.match.authentication as Authentication);
    const existing = run.state.memory.isNewUser ? [] : (await this.users.stored(run)).authenticators;
    const passwordHash = await this.newPasswords.hash(run.ctx, { plain: input.new_password as string });
    addAuthenticator(run, { type: "password", kind, passwordHash }, existing);
  }
}
