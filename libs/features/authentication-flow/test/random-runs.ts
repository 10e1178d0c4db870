import fc from "fast-check";
import { expect } from "vitest";
import { CODE, type FlowRunner, PASSWORD, type Seen } from "./flow-runner.js";

type Json = Record<string, any>;

/** The second password of whoever has one. */
export const SECOND = "second horse";

/** Inputs that are right, nearly right, and nonsense. */
const nonsense: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    { identification: "email", login_id: "ann@example.com" },
    { identification: "username", login_id: "ann@example.com" },
    { identification: "email", login_id: "nobody@example.com" },
    { authentication: "primary_password", password: PASSWORD },
    { authentication: "primary_password", password: "wrong" },
    { authentication: "primary_password", new_password: PASSWORD },
    { authentication: "secondary_password", password: SECOND },
    { authentication: "secondary_password", password: PASSWORD },
    { authentication: "primary_oob_otp_email", index: 0 },
    { authentication: "primary_oob_otp_email", index: 1 },
    { authentication: "primary_oob_otp_email" },
    { authentication: "secondary_totp", code: "000000" },
    { authentication: "recovery_code", recovery_code: "0000000000" },
    { authentication: "device_token" },
    { code: CODE },
    { code: "999999" },
    { account_recovery_code: "999999" },
    { resend: true },
    { check: true },
    { skip: true },
    { confirm_recovery_code: true },
    { new_password: PASSWORD },
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

/** What is done next: the right thing, some input, or going back to an earlier state. */
export type Move = { right: number } | { input: Json } | { back: number };

/** Moves of somebody who mostly knows what to answer. */
export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.nat(7).map((right) => ({ right })) },
    { weight: 2, arbitrary: nonsense.map((input) => ({ input })) },
    { weight: 1, arbitrary: fc.nat(3).map((back) => ({ back })) },
  ),
  { minLength: 3, maxLength: 18 },
);

/** One accepted input: what was asked, and what was answered. */
export interface Taken {
  step: string;
  data: string;
  input: Json;
}

/** Where a run is, and what was accepted on the way there. */
interface Place {
  seen: Seen;
  trail: Taken[];
}

/** Makes the moves in a new run until it has finished. Every answer is below 500, and a refused input leaves the state. */
export async function wander(visitor: FlowRunner, start: Seen, { made, answer }: { made: Move[]; answer: (at: Seen, pick: number) => Json }): Promise<Place> {
  const places: Place[] = [{ seen: start, trail: [] }];
  let at = places[0] as Place;
  for (const move of made) {
    if ("back" in move) {
      at = places.at(-1 - move.back) ?? at;
      continue;
    }
    const input = "right" in move ? answer(at.seen, move.right) : move.input;
    const seen = await visitor.feed(at.seen.token, input);
    expect(seen.status, JSON.stringify({ input, error: seen.error })).toBeLessThan(500);
    if (seen.error) {
      const shown = ({ token, type, action, data, options }: Seen) => [token, type, action.type, data.type, options.length];
      expect(shown(seen), "a refused input leaves the state").toEqual(shown(at.seen));
      continue;
    }
    at = { seen, trail: [...at.trail, { step: at.seen.action.type, data: at.seen.data.type ?? "", input }] };
    places.push(at);
    if (seen.finished) break;
  }
  return at;
}

const RIGHT: Readonly<Record<string, string>> = { primary_password: PASSWORD, secondary_password: SECOND };

/** Whatever was accepted as proof is the right one. */
export function expectProofs(trail: readonly Taken[]): void {
  for (const { data, input } of trail) {
    const right = data === "authentication_data" ? RIGHT[input.authentication] : undefined;
    if (right) expect(input.password, "only the right password is taken").toBe(right);
    if (data === "verify_oob_otp_data" && input.resend !== true) expect(input.code, "only the right code is taken").toBe(CODE);
    if (data === "account_recovery_verify_code_data" && input.resend !== true) expect(input.account_recovery_code, "only the right code is taken").toBe(CODE);
  }
}

/** What a person of this world has. */
export interface Person {
  second: boolean;
  disabled: boolean;
  expired: boolean;
}

/** What a login must have shown and taken, as the configuration reads; `undefined` when it must not finish at all. An own reading of the specification, not the engine's. */
export function expectedLogin(steps: readonly Json[], trail: readonly Taken[], person: Person): string[] | undefined {
  const chosen = trail.filter(({ data }) => data === "authentication_data").map(({ input }) => String(input.authentication));
  const shown: string[] = [];
  const used: string[] = [];
  const named = new Map<string, string>();
  const has = (authentication: string): boolean =>
    !used.includes(authentication) && (authentication.startsWith("primary_") || (authentication === "secondary_password" && person.second));
  const walk = (list: readonly Json[]): boolean =>
    list.every((step) => {
      if (step.type === "check_account_status") return !person.disabled;
      if (step.type === "change_password") {
        if (person.expired && named.get(step.target_step) === "primary_password") shown.push("change_password");
        return true;
      }
      if (step.type === "identify") {
        shown.push("identify");
        return walk(step.one_of.find((one: Json) => one.identification === trail[0]?.input.identification)?.steps ?? []);
      }
      const offered = step.one_of.map((one: Json) => one.authentication).filter(has);
      if (offered.length === 0) return step.optional === true;
      const mine = chosen[used.length] ?? "";
      if (!offered.includes(mine)) return false;
      shown.push(`authenticate ${mine}`);
      used.push(mine);
      named.set(step.name, mine);
      return walk(step.one_of.find((one: Json) => one.authentication === mine)?.steps ?? []);
    });
  return walk(steps) ? shown : undefined;
}

/** The trail in the words of `expectedLogin`: codes belong to the step that asked for them. */
export const shownOf = (trail: readonly Taken[]): string[] =>
  trail
    .filter(({ data }) => data !== "verify_oob_otp_data" && data !== "select_oob_otp_channels_data")
    .map(({ step, input }) => (step === "authenticate" ? `authenticate ${input.authentication}` : step));
