import { checkLoginId } from "@gatehouse/domain-identity";
import { asUserId, type ProjectContext, type UserId } from "@gatehouse/domain-project";
import type { UserFacts } from "@gatehouse/domain-user";
import { type ApiErrorJson, isApiError } from "@gatehouse/platform-errors-core";
import { type TestProject, type TestProjectOptions, testModule, testProject } from "@gatehouse/platform-testing";
import { type AuthenticatorToMake, Accounts, type IdentityToMake, type ProvenAddress } from "@gatehouse/record-accounts";
import { AccountModule } from "../src/index.js";

type Json = Record<string, any>;

/** The code of every message in these tests. */
export const CODE = "111111";
export const PASSWORD = "correct horse";

let booted: ReturnType<typeof testModule> | undefined;

/** The feature of this worker, booted once. */
export function accountModule(): ReturnType<typeof testModule> {
  booted ??= testModule([AccountModule]);
  return booted;
}

/** A provider of the booted module. */
export const service = async <T>(type: abstract new (...args: never[]) => T): Promise<T> => (await accountModule()).get(type);

/** A user to be made. */
export interface NewUser {
  email?: string | string[];
  phone?: string;
  username?: string;
  /** A primary password; `correct horse` when left out, none when null. */
  password?: string | null;
  identities?: IdentityToMake[];
  authenticators?: AuthenticatorToMake[];
  verified?: ProvenAddress[];
}

/** A project where addresses must be proven, codes are fixed and nothing is sent; sections replaced. */
export class AccountProject {
  constructor(
    readonly test: TestProject,
    private readonly accounts: Accounts,
  ) {}

  static async make(options: TestProjectOptions = {}): Promise<AccountProject> {
    const suppressed = { enabled: true, rules: [{ regex: ".*", suppressed: true }] };
    const { config, ...rest } = options;
    const test = await testProject({
      ...rest,
      config: {
        identity: { login_id: { keys: [{ type: "email" }, { type: "phone" }, { type: "username" }] } },
        authentication: { identities: ["login_id", "oauth", "passkey"], primary_authenticators: ["password", "passkey", "oob_otp_email", "oob_otp_sms"] },
        test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: CODE }] }, email: suppressed, sms: suppressed, whatsapp: suppressed },
        ...config,
      },
    });
    return new AccountProject(test, await service(Accounts));
  }

  get ctx(): ProjectContext {
    return this.test.ctx;
  }

  /** The same project some minutes later. */
  later(minutes: number): ProjectContext {
    return this.test.with({ now: () => new Date(Date.now() + minutes * 60_000) });
  }

  async addUser({ email = [], phone, username, password = PASSWORD, ...rest }: NewUser): Promise<UserId> {
    const typed = [...[email].flat().map((value) => ["email", value]), ...(phone ? [["phone", phone]] : []), ...(username ? [["username", username]] : [])] as [string, string][];
    const loginIds = typed.map(([key, value]) => checkLoginId(this.ctx.project, { key, value }));
    const passwordHash = password === null ? {} : { passwordHash: await this.test.resources.hasher.hash(password) };
    const made = await this.test.db.transaction((tx) => this.accounts.create(this.ctx, tx, { loginIds, ...passwordHash, ...rest }));
    return asUserId(made.user.id);
  }

  async facts(userId: UserId): Promise<UserFacts> {
    return (await this.test.db.read((tx) => this.accounts.facts(this.ctx, tx, [userId])))[0] as UserFacts;
  }

  /** The id of the user's identity with a value, or of a type. */
  async identityId(userId: UserId, valueOrType: string): Promise<string> {
    const { identities } = await this.facts(userId);
    return identities.find(({ loginId, type }) => loginId === valueOrType || type === valueOrType)?.id as string;
  }

  /** Events, oldest first. */
  async events(): Promise<{ type: string; payload: Json; context: Json }[]> {
    return (await this.query("select type, payload, context from outbox where project_id = $1 order by seq")) as never;
  }

  async query(sql: string, ...params: unknown[]): Promise<Json[]> {
    return this.test.db.read((tx) => tx.query(sql, [this.ctx.project.id, ...params]));
  }
}

/** The API error that something is refused with; anything else fails the test. */
export async function refused(work: Promise<unknown>): Promise<ApiErrorJson & { info: Json }> {
  const error = await work.then(
    () => new Error("it was not refused"),
    (thrown: unknown) => thrown,
  );
  if (!isApiError(error)) throw error;
  return { info: {}, ...error.toJSON() };
}
