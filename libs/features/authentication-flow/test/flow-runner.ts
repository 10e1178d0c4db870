import type { ProjectContext } from "@gatehouse/domain-project";
import { Accounts } from "@gatehouse/record-accounts";
import { PromotionCodes } from "@gatehouse/record-anonymous-users";
import { type TestProject, type TestProjectOptions, testModule, testProject } from "@gatehouse/platform-testing";
import { AuthenticationFlowModule, type FlowAnswer, RunFlow } from "../src/index.js";

type Json = Record<string, any>;
type Input = Record<string, unknown>;

/** The code of every message in these tests. */
export const CODE = "111111";
export const PASSWORD = "correct horse";

let booted: Promise<Awaited<ReturnType<typeof testModule>>> | undefined;

/** The flow engine of this worker, booted once. */
export function flowModule(): NonNullable<typeof booted> {
  booted ??= testModule([AuthenticationFlowModule]);
  return booted;
}

/** An answer, taken apart. */
export interface Seen {
  token: string;
  type: string;
  action: Json;
  data: Json;
  options: Json[];
  error?: Json;
  status: number;
  cookies: Record<string, string>;
  finished: boolean;
}

/** A browser that uses the flow API of one project: keeps cookies, remembers the last token. */
export class FlowRunner {
  readonly jar: Record<string, string> = {};
  ctx: ProjectContext;

  constructor(
    readonly project: TestProject,
    private readonly flows: RunFlow,
  ) {
    this.ctx = project.ctx;
  }

  /** The same project and engine in another browser at another address. */
  another(ip = `10.9.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`): FlowRunner {
    const other = new FlowRunner(this.project, this.flows);
    other.ctx = { ...this.ctx, request: { ...this.ctx.request, ip } };
    return other;
  }

  /** The same browser at another time. */
  at(now: Date): FlowRunner {
    const other = new FlowRunner(this.project, this.flows);
    other.ctx = { ...this.ctx, now: () => now };
    Object.assign(other.jar, this.jar);
    return other;
  }

  async create(
    type: string,
    { name = "default", urlQuery, batch, authorization }: { name?: string; urlQuery?: string; batch?: Input[]; authorization?: string } = {},
  ): Promise<Seen> {
    const input = { type: type as "login", name, cookies: this.jar, ...(urlQuery ? { urlQuery } : {}), ...(batch ? { batch } : {}), ...(authorization ? { authorization } : {}) };
    return this.seen(await this.flows.create(this.ctx, input));
  }

  async feed(token: string, ...inputs: Input[]): Promise<Seen> {
    return this.seen(await this.flows.feed(this.ctx, { token, inputs, cookies: this.jar }));
  }

  /** Feeds one input as somebody who shows a token. */
  async feedAs(authorization: string, token: string, input: Input): Promise<Seen> {
    return this.seen(await this.flows.feed(this.ctx, { token, inputs: [input], cookies: this.jar, authorization }));
  }

  async read(token: string): Promise<Seen> {
    return this.seen(await this.flows.read(this.ctx, { token, cookies: this.jar }));
  }

  /** Creates a flow and feeds inputs one by one; an error on the way fails the test. Returns the last answer. */
  async run(type: string, inputs: Input[], options: { name?: string; urlQuery?: string } = {}): Promise<Seen> {
    let last = await this.create(type, options);
    for (const [index, input] of inputs.entries()) {
      last = await this.feed(last.token, input);
      if (last.error && index < inputs.length - 1) throw new Error(`input ${index} of ${type} was refused: ${JSON.stringify(last.error)}`);
    }
    return last;
  }

  async signUp(email: string, password = PASSWORD): Promise<Seen> {
    const done = await this.run("signup", [
      { identification: "email", login_id: email },
      { authentication: "primary_password", new_password: password },
    ]);
    if (!done.finished) throw new Error(`the sign-up did not finish: ${JSON.stringify(done.error ?? done.action)}`);
    return done;
  }

  private seen({ result, error, status, cookies, finished }: FlowAnswer): Seen {
    for (const { name, value } of cookies)
      if (value === "") delete this.jar[name];
      else this.jar[name] = value;
    const action = (result?.action ?? {}) as Json;
    const data = (action.data ?? {}) as Json;
    return {
      token: result?.state_token ?? "",
      type: result?.type ?? "",
      action,
      data,
      options: data.options ?? [],
      ...(error ? { error } : {}),
      status,
      cookies: Object.fromEntries(cookies.map(({ name, value }) => [name, value])),
      finished,
    };
  }
}

const off = { enabled: false };
/** Limits of an address that a whole test file would run into. */
const RELAXED = { general: { per_ip: off }, signup: { per_ip: off }, account_enumeration: { per_ip: off } };

/** A project where addresses are not verified, codes are fixed and nothing is sent, with sections replaced; and a browser for it. */
export async function flowRunner(options: TestProjectOptions & { authentication?: Json } = {}): Promise<FlowRunner> {
  const { authentication, config, ...rest } = options;
  const suppressed = { enabled: true, rules: [{ regex: ".*", suppressed: true }] };
  const project = await testProject({
    ...rest,
    config: {
      authentication: { identities: ["login_id"], rate_limits: RELAXED, ...authentication },
      verification: { claims: { email: { enabled: true, required: false }, phone_number: { enabled: true, required: false } } },
      test_mode: { oob_otp: { enabled: true, rules: [{ regex: ".*", fixed_code: CODE }] }, email: suppressed, sms: suppressed, whatsapp: suppressed },
      ...config,
    },
  });
  return new FlowRunner(project, (await flowModule()).get(RunFlow));
}

/** Events of a project, oldest first, as the outbox has them. */
export async function eventsOf({ project }: FlowRunner): Promise<{ type: string; payload: Json }[]> {
  const rows = await project.db.read((tx) => tx.query("select type, payload from outbox where project_id = $1 order by seq", [project.ctx.project.id]));
  return rows as never;
}

/** Users of a project with what belongs to them. */
export async function usersOf({ project }: FlowRunner): Promise<Json[]> {
  return project.db.read((tx) =>
    tx.query(
      `select u.id, u.standard_attributes, u.custom_attributes, u.metadata, u.mfa_grace_period_end_at,
         (select jsonb_agg(to_jsonb(i) order by i.created_at) from identity i where i.user_id = u.id) as identities,
         (select jsonb_agg(to_jsonb(a) order by a.created_at) from authenticator a where a.user_id = u.id) as authenticators,
         (select jsonb_agg(jsonb_build_object('name', c.name, 'value', c.value)) from verified_claim c where c.user_id = u.id) as verified,
         (select count(*)::int from idp_session s where s.user_id = u.id) as sessions,
         (select jsonb_agg(s.amr) from idp_session s where s.user_id = u.id) as amr,
         (select count(*)::int from recovery_code r where r.user_id = u.id) as recovery_codes
       from auth_user u where u.project_id = $1 order by u.created_at`,
      [project.ctx.project.id],
    ),
  );
}

/** An anonymous user without a key, and the query string that starts his promotion. */
export async function anonymousUser({ ctx, project }: FlowRunner): Promise<{ userId: string; hint: string }> {
  const module = await flowModule();
  const id = ctx.newId();
  const identities = [{ id, type: "anonymous" as const, uniqueKey: id, details: { anonymous: { keyId: null, key: null } } }];
  const account = await project.db.transaction((tx) => module.get(Accounts).create(ctx, tx, { identities }));
  const { code } = await module.get(PromotionCodes).create(ctx, { userId: account.user.id, identityId: id });
  return { userId: account.user.id, hint: new URLSearchParams({ login_hint: `https://authgear.com/login_hint?type=anonymous&promotion_code=${code}` }).toString() };
}
