import { Injectable } from "@nestjs/common";
import { authenticationSecondaryTotpFailed } from "@gatehouse/domain-events";
import { userModel } from "@gatehouse/domain-user";
import { credentialBuckets } from "@gatehouse/service-rate-limit";
import { Totp } from "@gatehouse/service-totp";
import { invalidCredentials } from "@gatehouse/domain-errors";
import { addAuthenticator, assertFactor } from "../../engine/memory.js";
import { type Asked, type BranchOption, text } from "../../engine/options.js";
import type { Run } from "../../engine/run.js";
import { RunUsers } from "../../engine/run-users.js";
import type { Input, Reactor } from "../../engine/step.js";
import { CredentialGuard } from "../../guards/credential-guard.js";
import { endUserAccountId } from "@gatehouse/domain-user";
import type { AuthenticationMethod, EnrolmentMethod, ProvingMethod } from "../authentication-method.js";

/** A secret that the person's app is about to learn. */
interface TotpWaiting {
  kind: "create_totp";
  secret: string;
  uri: string;
}

const code = { properties: { code: text({ maxLength: 100 }) }, required: ["code"] };

/** Time-based one-time passwords, RFC 6238 (spec: authentication flow §6.3, §6.6). */
@Injectable()
export class TotpMethod implements AuthenticationMethod {
  readonly authentications = ["secondary_totp"] as const;

  readonly proving: ProvingMethod = {
    options: (run, { config, ...at }, facts) => {
      const { authentication } = config;
      const some = facts.authenticators.some((one) => one.type === "totp" && !run.state.memory.used.some(({ id }) => id === one.id));
      return some ? [{ ...at, match: { authentication }, shown: { authentication } }] : [];
    },
    input: () => code,
    authenticate: (run, _option, input) => this.authenticate(run, input.code as string),
  };

  readonly enrolment: EnrolmentMethod = {
    options: (_run, asked) => this.enrolments(asked),
    input: () => ({}),
    enrol: (run) => this.show(run),
  };

  readonly reactors = {
    create_totp: {
      schema: () => ({ type: "object", ...code }),
      react: (run, { secret }, input) => this.confirm(run, secret, input),
      data: (_run, { secret, uri }) => ({ type: "create_totp_data", secret, otpauth_uri: uri }),
    } satisfies Reactor<TotpWaiting>,
  };

  constructor(
    private readonly totp: Totp,
    private readonly guard: CredentialGuard,
    private readonly users: RunUsers,
  ) {}

  private enrolments({ config, ...at }: Asked): BranchOption[] {
    const { authentication } = config;
    return [{ ...at, match: { authentication }, shown: { authentication } }];
  }

  private async authenticate(run: Run, typed: string): Promise<void> {
    const { ctx } = run;
    const facts = await this.users.stored(run);
    const candidates = facts.authenticators.filter((one) => one.type === "totp" && !run.state.memory.used.some(({ id }) => id === one.id));
    const authenticatorId = await this.guard.check(run, {
      name: "totp",
      buckets: credentialBuckets(ctx, "totp", facts.user.id),
      lockable: "totp",
      userId: facts.user.id,
      verify: async () => candidates.find(({ secret }) => this.totp.verify(ctx, { secret: secret ?? "", code: typed }))?.id,
      failed: () => authenticationSecondaryTotpFailed({ user: userModel(ctx.project.config, facts, ctx.now()), authentication_stage: "secondary", authenticator_type: "totp" }),
    });
    assertFactor(run, { authentication: "secondary_totp", authenticatorId });
  }

  private async show(run: Run): Promise<void> {
    const secret = this.totp.newSecret();
    const uri = this.totp.uri(run.ctx, { secret, accountName: endUserAccountId(await this.users.current(run)) });
    const waiting: TotpWaiting = { kind: "create_totp", secret, uri };
    run.state = { ...run.state, waiting };
  }

  private async confirm(run: Run, secret: string, input: Input): Promise<void> {
    if (!this.totp.verify(run.ctx, { secret, code: input.code as string })) throw invalidCredentials({ AuthenticationType: "totp" });
    const existing = run.state.memory.isNewUser ? [] : (await this.users.stored(run)).authenticators;
    addAuthenticator(run, { type: "totp", kind: "secondary", secret, displayName: `TOTP @ ${run.ctx.now().toISOString()}` }, existing);
  }
}
