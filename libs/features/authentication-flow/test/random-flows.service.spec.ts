import { type KeyJwk, signJwt } from "@gatehouse/platform-crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CODE, type FlowRunner, flowRunner, PASSWORD, type Seen, usersOf } from "./flow-runner.js";
import { expectedLogin, expectProofs, moves, type Person, SECOND, shownOf, type Taken, wander } from "./random-runs.js";

type Json = Record<string, any>;

const PEOPLE: Readonly<Record<string, Person>> = {
  "ann@example.com": { second: true, disabled: false, expired: false },
  "bare@example.com": { second: false, disabled: false, expired: false },
  "gone@example.com": { second: true, disabled: true, expired: false },
  "old@example.com": { second: true, disabled: false, expired: true },
};
const off = { enabled: false };
const rate_limits = {
  general: { per_ip: off, per_user_per_ip: off },
  signup: { per_ip: off },
  account_enumeration: { per_ip: off },
  oob_otp: { email: { trigger_cooldown: "1ms" } },
};
const config = {
  messaging: { rate_limits: { email_per_ip: off, email_per_target: off } },
  identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } },
  verification: { rate_limits: { email: { trigger_cooldown: "1ms", validate_per_ip: off } } },
  forgot_password: { rate_limits: { email: { trigger_cooldown: "1ms", validate_per_ip: off } } },
  ui: { forgot_password: { email: [{ channel: "email", otp_form: "code" }] } },
};
const authentication = { rate_limits, primary_authenticators: ["password", "oob_otp_email"], secondary_authenticators: ["password"], recovery_code: { disabled: true } };

let world: FlowRunner;
let passwords: Json[];

/** Passwords as they were; nobody is signed in. */
async function restore(): Promise<void> {
  const { id } = world.ctx.project;
  await world.project.db.transaction(async (tx) => {
    for (const row of passwords) await tx.query("update authenticator set password_hash = $2, expire_after = $3 where id = $1", [row.id, row.password_hash, row.expire_after]);
    await tx.query("delete from idp_session where project_id = $1", [id]);
    await tx.query("delete from auth_user u where project_id = $1 and not exists (select 1 from identity i where i.user_id = u.id and i.login_id = any($2))", [
      id,
      Object.keys(PEOPLE),
    ]);
  });
}

const byEmail = async (email: string): Promise<Json | undefined> => (await usersOf(world)).find(({ identities }) => identities?.some((one: Json) => one.login_id === email));

beforeAll(async () => {
  world = await flowRunner({ authentication, config });
  for (const [email, person] of Object.entries(PEOPLE)) {
    const second = person.second ? [{ type: "create_authenticator", one_of: [{ authentication: "secondary_password" }] }] : [];
    const first = { type: "create_authenticator", one_of: [{ authentication: "primary_password" }] };
    const visitor = withFlow("signup", [{ type: "identify", one_of: [{ identification: "email" }] }, first, ...second]);
    const inputs = [
      { identification: "email", login_id: email },
      { authentication: "primary_password", new_password: PASSWORD },
    ];
    const done = await visitor.run("signup", [...inputs, ...second.map(() => ({ authentication: "secondary_password", new_password: SECOND }))], { name: "random" });
    expect(done.finished, JSON.stringify(done.error)).toBe(true);
    const id = (await byEmail(email))?.id;
    await world.project.db.transaction(async (tx) => {
      if (person.disabled) await tx.query("update auth_user set is_indefinitely_disabled = true where id = $1", [id]);
      if (person.expired) await tx.query("update authenticator set expire_after = '2001-01-01' where user_id = $1 and kind = 'primary'", [id]);
    });
  }
  passwords = await world.project.db.read((tx) => tx.query("select id, password_hash, expire_after from authenticator where project_id = $1", [world.ctx.project.id]));
});

/** A new browser in a world where the project has a flow `random`. */
function withFlow(type: "login" | "signup", steps: Json[]): FlowRunner {
  const visitor = world.another();
  const { project } = world.ctx;
  const authentication_flow = { ...project.config.authentication_flow, [`${type}_flows`]: [{ name: "random", steps }] };
  visitor.ctx = { ...visitor.ctx, project: { ...project, config: { ...project.config, authentication_flow: authentication_flow as never } } };
  return visitor;
}

const IDENTIFICATIONS = ["email", "username"];

/** Steps that a login may demand, in any nesting; names make targets possible. */
const loginSteps: fc.Arbitrary<Json[]> = fc
  .record({
    primary: fc.subarray(["primary_password", "primary_oob_otp_email"], { minLength: 1 }),
    secondary: fc.subarray(["secondary_password", "secondary_totp", "secondary_oob_otp_email", "recovery_code", "device_token"]),
    again: fc.subarray(["primary_password", "primary_oob_otp_email"]),
    optional: fc.boolean(),
    nested: fc.boolean(),
    status: fc.boolean(),
    change: fc.boolean(),
  })
  .map(({ primary, secondary, again, optional, nested, status, change }) => {
    const step = (name: string, methods: string[], more: Json = {}) =>
      methods.length === 0 ? [] : [{ type: "authenticate", name, ...more, one_of: methods.map((method) => ({ authentication: method })) }];
    const second = [...step("second", secondary, optional ? { optional } : {}), ...step("again", again, { optional: true })];
    const after = [...(change ? [{ type: "change_password", target_step: "first" }] : []), ...(status ? [{ type: "check_account_status" }] : [])];
    const first = { type: "authenticate", name: "first", one_of: primary.map((method) => ({ authentication: method, ...(nested ? { steps: second } : {}) })) };
    const inner = nested ? { steps: [first] } : {};
    const identify = { type: "identify", name: "who", one_of: IDENTIFICATIONS.map((identification) => ({ identification, ...inner })) };
    return nested ? [identify, ...after] : [identify, first, ...second, ...after];
  });

/** What a person who knows everything would answer. */
function rightAnswer(email: string): (at: Seen, pick: number) => Json {
  return ({ data, options, action }, pick) => {
    const option = options[pick % Math.max(1, options.length)] ?? {};
    if (data.type === "identification_data" || data.type === "account_recovery_identification_data") return { identification: option.identification, login_id: email };
    if (data.type === "new_password_data") return { new_password: PASSWORD };
    if (data.type === "account_recovery_select_destination_data") return { index: pick % options.length };
    if (data.type === "account_recovery_verify_code_data") return { account_recovery_code: CODE };
    if (action.type === "view_recovery_code") return { confirm_recovery_code: true };
    const word = option.authentication === "secondary_password" ? SECOND : PASSWORD;
    if (data.type === "create_authenticator_data") return { authentication: option.authentication, ...(option.password_policy ? { new_password: word } : {}) };
    if (data.type !== "authentication_data") return { code: CODE };
    return { authentication: option.authentication, ...(option.masked_display_name ? { index: options.indexOf(option) } : { password: word }) };
  };
}

/** A new user has one authenticator for each step that asks for some, his address is proven where that was asked, and his recovery codes are kept. */
function expectSignedUp(user: Json, list: readonly (string | string[])[], trail: readonly Taken[]): void {
  const made = (user.authenticators ?? []).map((one: Json) => `${one.kind}_${one.type}`);
  const chosen = trail.flatMap(({ data, input }) => (data === "create_authenticator_data" ? [input.authentication as string] : []));
  const asked = list.filter((one): one is string[] => typeof one !== "string");
  expect(chosen.length, "each step was answered").toBe(asked.length);
  for (const [index, methods] of asked.entries()) expect(methods).toContain(chosen[index]);
  expect([...made].sort()).toEqual([...chosen].sort());
  const proven = list.includes("verify") || chosen.includes("primary_oob_otp_email");
  expect(user.verified).toEqual(proven ? [{ name: "email", value: user.standard_attributes.email }] : null);
  expect(user.recovery_codes > 0).toBe(list.includes("view_recovery_code"));
}

describe("random flows, random inputs, and going back at random", () => {
  it("log in only through every step that the configuration has for the person, in its order", async () => {
    const finished = new Map<string, number>();
    await fc.assert(
      fc
        .asyncProperty(loginSteps, fc.constantFrom(...Object.keys(PEOPLE)), moves, async (steps, email, made) => {
          const visitor = withFlow("login", steps);
          const { seen, trail } = await wander(visitor, await visitor.create("login", { name: "random" }), { made, answer: rightAnswer(email) });
          expectProofs(trail);
          const sessions = (await usersOf(world)).filter((user) => user.sessions > 0);
          expect(sessions.length, "a session comes with the finish alone").toBe(seen.finished ? 1 : 0);
          if (!seen.finished) return;
          const who = String(trail[0]?.input.login_id);
          const expected = expectedLogin(steps, trail, PEOPLE[who] as Person);
          expect(shownOf(trail), JSON.stringify({ steps, trail })).toEqual(expected);
          const [user] = sessions;
          expect(user?.identities.map((one: Json) => one.login_id)).toEqual([who]);
          const proven = trail.flatMap(({ data, input }) => (data === "authentication_data" ? [`x_${input.authentication}`] : []));
          expect(user?.amr[0]).toEqual(expect.arrayContaining(proven));
          expect(user?.amr[0].filter((value: string) => /^x_(primary|secondary)/.test(value)).sort()).toEqual([...proven].sort());
          finished.set(who, (finished.get(who) ?? 0) + 1);
        })
        .beforeEach(restore),
      { numRuns: 150 },
    );
    expect([...finished.keys()].sort(), "everybody gets in sometimes, or the test shows nothing").toEqual(Object.keys(PEOPLE).sort());
  }, 180_000);

  it("sign up only with every authenticator that the configuration asks for, and leave nothing before that", async () => {
    const create = fc.subarray(["primary_password", "primary_oob_otp_email", "secondary_password"], { minLength: 1 });
    const kinds = fc.array(fc.oneof(create, fc.constantFrom("verify", "view_recovery_code")), { minLength: 1, maxLength: 4 });
    let finished = 0;
    await fc.assert(
      fc
        .asyncProperty(kinds, fc.boolean(), moves, async (list, nested, made) => {
          const steps = list.map((one): Json => {
            if (one === "verify") return { type: "verify", target_step: "who" };
            if (typeof one === "string") return { type: one };
            return {
              type: "create_authenticator",
              one_of: one.map((method) => ({ authentication: method, ...(method === "primary_oob_otp_email" ? { target_step: "who" } : {}) })),
            };
          });
          const identify = { type: "identify", name: "who", one_of: [{ identification: "email", ...(nested ? { steps } : {}) }] };
          const visitor = withFlow("signup", nested ? [identify] : [identify, ...steps]);
          const { seen, trail } = await wander(visitor, await visitor.create("signup", { name: "random" }), { made, answer: rightAnswer("new@example.com") });
          expectProofs(trail);
          const user = (await usersOf(world)).find(({ identities }) => !identities?.some((one: Json) => one.login_id in PEOPLE));
          expect(user !== undefined, "a user comes with the finish alone").toBe(seen.finished);
          if (!seen.finished || !user) return;
          finished += 1;
          expectSignedUp(user, list, trail);
        })
        .beforeEach(restore),
      { numRuns: 80 },
    );
    expect(finished, "some of the runs finish, or the test shows nothing").toBeGreaterThan(10);
  }, 180_000);

  it("of every other type never crash, and never finish without a proof", async () => {
    const finished = new Map<string, number>();
    const key = world.ctx.project.secrets.oauth?.keys[0] as KeyJwk;
    const ann = await byEmail("ann@example.com");
    const id_token = await signJwt(key, { iss: "x", sub: ann?.id, exp: 1 }, "JWT");
    await fc.assert(
      fc
        .asyncProperty(fc.constantFrom("reauth", "account_recovery", "signup_login", "login"), moves, async (type, made) => {
          const visitor = world.another();
          const answer = rightAnswer("ann@example.com");
          const knowing = (at: Seen, pick: number) => (at.options[0]?.identification === "id_token" ? { identification: "id_token", id_token } : answer(at, pick));
          const { seen, trail } = await wander(visitor, await visitor.create(type), { made, answer: knowing });
          expectProofs(trail);
          const now = await byEmail("ann@example.com");
          const hashes = (user: Json | undefined): string[] => user?.authenticators.flatMap((one: Json) => one.password_hash ?? []).sort();
          const recovered = type === "account_recovery" && seen.finished;
          expect(JSON.stringify(hashes(now)) === JSON.stringify(hashes(ann)), "a password changes at the end of a recovery alone").toBe(!recovered);
          if (type === "account_recovery" || type === "reauth") expect(now?.sessions, "no session").toBe(0);
          if (!seen.finished) return;
          const datas = trail.map(({ data }) => data);
          if (type === "account_recovery")
            expect(datas.filter((data) => data !== "account_recovery_verify_code_data")).toEqual([
              "account_recovery_identification_data",
              "account_recovery_select_destination_data",
              "new_password_data",
            ]);
          if (type === "account_recovery") expect(trail.some(({ input }) => input.account_recovery_code === CODE)).toBe(true);
          else expect(datas.some((data) => ["authentication_data", "create_authenticator_data"].includes(data))).toBe(true);
          finished.set(type, (finished.get(type) ?? 0) + 1);
        })
        .beforeEach(restore),
      { numRuns: 100 },
    );
    expect([...finished.keys()].sort(), "each type finishes sometimes").toEqual(["account_recovery", "login", "reauth", "signup_login"]);
  }, 180_000);
});
