import fc from "fast-check";
import { expect, it } from "vitest";
import { CODE, type FlowRunner, flowRunner, PASSWORD, type Seen, usersOf } from "./flow-runner.js";

type Json = Record<string, any>;

const SECONDARY = ["secondary_password", "secondary_totp", "secondary_oob_otp_email"];
const PRIMARY = ["primary_password", "primary_oob_otp_email"];

/** Steps that a login may demand, in any nesting; names make targets possible. */
const loginSteps = (): fc.Arbitrary<Json[]> =>
  fc
    .record({
      primary: fc.subarray(PRIMARY, { minLength: 1 }),
      secondary: fc.subarray([...SECONDARY, "recovery_code", "device_token"]),
      optional: fc.boolean(),
      nested: fc.boolean(),
      status: fc.boolean(),
      change: fc.boolean(),
    })
    .map(({ primary, secondary, optional, nested, status, change }) => {
      const second =
        secondary.length > 0 ? [{ type: "authenticate", name: "second", ...(optional ? { optional } : {}), one_of: secondary.map((authentication) => ({ authentication })) }] : [];
      const first = { type: "authenticate", name: "first", one_of: primary.map((authentication) => ({ authentication, ...(nested ? { steps: second } : {}) })) };
      const rest = [...(nested ? [] : second), ...(change ? [{ type: "change_password", target_step: "first" }] : []), ...(status ? [{ type: "check_account_status" }] : [])];
      return nested
        ? [
            {
              type: "identify",
              name: "who",
              one_of: [
                { identification: "email", steps: [first] },
                { identification: "username", steps: [first] },
              ],
            },
            ...rest,
          ]
        : [{ type: "identify", name: "who", one_of: [{ identification: "email" }, { identification: "username" }] }, first, ...rest];
    });

/** Inputs that are right, nearly right, and nonsense. */
const inputs: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(
    { identification: "email", login_id: "ann@example.com" },
    { identification: "username", login_id: "ann@example.com" },
    { identification: "email", login_id: "nobody@example.com" },
    { authentication: "primary_password", password: PASSWORD },
    { authentication: "primary_password", password: "wrong" },
    { authentication: "secondary_password", password: "second horse" },
    { authentication: "primary_oob_otp_email", index: 0 },
    { authentication: "primary_oob_otp_email", index: 1 },
    { authentication: "secondary_totp", code: "000000" },
    { authentication: "recovery_code", recovery_code: "0000000000" },
    { authentication: "device_token" },
    { code: CODE },
    { code: "999999" },
    { resend: true },
    { check: true },
    { new_password: "another horse" },
    { channel: "email" },
    { index: 0 },
    {},
  ),
  fc.dictionary(
    fc.constantFrom("authentication", "identification", "index", "code", "password", "login_id", "query", "attributes", "skip"),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.anything())),
  ),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }) as fc.Arbitrary<Json>,
);

/** What a person who knows everything would answer. */
function rightAnswer({ data, options }: Seen, pick: number): Json {
  const option = options[pick % Math.max(1, options.length)] ?? {};
  if (data.type === "identification_data") return { identification: option.identification, login_id: "ann@example.com" };
  if (data.type === "new_password_data") return { new_password: PASSWORD };
  if (data.type !== "authentication_data") return { code: CODE };
  const password = option.authentication === "secondary_password" ? "second horse" : PASSWORD;
  return { authentication: option.authentication, ...(option.masked_display_name ? { index: options.indexOf(option) } : { password }) };
}

/** Whether what was proven is what the configuration demands. */
function demanded(steps: Json[], proven: readonly string[]): boolean {
  const first = steps.flatMap((step) => [step, ...(step.one_of ?? []).flatMap((one: Json) => one.steps ?? [])]).find(({ name }) => name === "first");
  const flat = steps.find(({ name }) => name === "second");
  const chosen = (first?.one_of ?? []).find((one: Json) => proven.includes(one.authentication));
  if (!chosen) return false;
  const second = flat ?? (chosen.steps ?? []).find(({ name }: Json) => name === "second");
  return !second || second.optional === true || (second.one_of as Json[]).some((one) => proven.includes(one.authentication));
}

const LABELS: Record<string, string> = { x_primary_password: "primary_password", x_primary_oob_otp_email: "primary_oob_otp_email", x_secondary_password: "secondary_password" };

async function withFlow(browser: FlowRunner, steps: Json[]): Promise<FlowRunner> {
  const visitor = browser.another();
  const { config } = browser.ctx.project;
  visitor.ctx = {
    ...visitor.ctx,
    project: { ...browser.ctx.project, config: { ...config, authentication_flow: { ...config.authentication_flow, login_flows: [{ name: "random", steps }] } as never } },
  };
  return visitor;
}

it("random flows and random inputs never crash, and never finish without the factors that the configuration demands", async () => {
  const off = { enabled: false };
  const rate_limits = {
    general: { per_ip: off, per_user_per_ip: off },
    signup: { per_ip: off },
    account_enumeration: { per_ip: off },
    oob_otp: { email: { trigger_cooldown: "1ms" } },
  };
  const authentication = {
    rate_limits,
    primary_authenticators: ["password", "oob_otp_email"],
    secondary_authenticators: ["password", "totp"],
    secondary_authentication_mode: "required",
    recovery_code: { disabled: true },
  };
  const browser = await flowRunner({
    authentication,
    config: { messaging: { rate_limits: { email_per_ip: off, email_per_target: off } }, identity: { login_id: { keys: [{ type: "email" }, { type: "username" }] } } },
  });
  await browser.run("signup", [
    { identification: "email", login_id: "ann@example.com" },
    { authentication: "primary_password", new_password: PASSWORD },
    { authentication: "secondary_password", new_password: "second horse" },
  ]);
  let finished = 0;
  await fc.assert(
    fc.asyncProperty(
      loginSteps(),
      fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: inputs }), { minLength: 3, maxLength: 14 }),
      async (steps, fed) => {
        const visitor = await withFlow(browser, steps);
        let last: Seen = await visitor.create("login", { name: "random" });
        for (const choice of fed) {
          const input = typeof choice === "number" ? rightAnswer(last, choice) : choice;
          const next = await visitor.feed(last.token, input);
          expect(next.status, JSON.stringify({ steps, input, error: next.error })).toBeLessThan(500);
          if (next.error) expect(next.token, "a refused input leaves the state").toBe(last.token);
          last = next;
          if (last.finished) break;
        }
        if (!last.finished) return;
        finished += 1;
        const [user] = await usersOf(browser);
        const amr: string[] = user?.amr.at(-1) ?? [];
        const proven = amr.flatMap((value) => LABELS[value] ?? []);
        expect(demanded(steps, proven), JSON.stringify({ steps, proven })).toBe(true);
        await browser.project.db.transaction((tx) => tx.query("delete from idp_session where project_id = $1", [browser.ctx.project.id]));
      },
    ),
    { numRuns: 150 },
  );
  expect(finished, "some of the runs finish, or the test shows nothing").toBeGreaterThan(0);
}, 120_000);
