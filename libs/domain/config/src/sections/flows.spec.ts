import { expect, test } from "vitest";
import { causesWith } from "../spec-projects.js";

const kinds = (flows: object) => causesWith({ authentication_flow: flows }).map(({ location, kind }) => [location, kind]);
const flow = (...steps: object[]) => ({ name: "mine", steps });

test("a flow has a name and steps, and each kind its own steps and branches", () => {
  const at = "/authentication_flow";
  expect(kinds({ login_flows: [] })).toEqual([[`${at}/login_flows`, "minItems"]]);
  expect(kinds({ login_flows: [flow()] })).toEqual([[`${at}/login_flows/0/steps`, "minItems"]]);
  expect(kinds({ login_flows: [flow({ type: "verify", target_step: "x" })] })).toEqual([[`${at}/login_flows/0/steps/0/type`, "enum"]]);
  expect(kinds({ signup_flows: [flow({ type: "verify" })] })).toEqual([[`${at}/signup_flows/0/steps/0`, "required"]]);
  expect(kinds({ reauth_flows: [flow({ type: "identify", one_of: [{ identification: "email" }] })] })).toEqual([[`${at}/reauth_flows/0/steps/0/one_of/0/identification`, "enum"]]);
});

test("steps are checked at every depth; unknown keys are tolerated", () => {
  const nest = (depth: number, step: object): object =>
    depth === 0 ? step : { type: "identify", note: "x", one_of: [{ identification: "email", steps: [nest(depth - 1, step)] }] };
  const pointer = `/authentication_flow/login_flows/0${"/steps/0/one_of/0".repeat(8)}/steps/0/type`;
  expect(kinds({ login_flows: [flow(nest(8, { type: "nope" }))] })).toEqual([[pointer, "enum"]]);
  expect(kinds({ login_flows: [flow(nest(8, { type: "check_account_status" }))] })).toEqual([]);
});

test("a signup_login branch names both flows, but for select_account", () => {
  const branch = (more: object) => kinds({ signup_login_flows: [flow({ type: "identify", one_of: [more] })] });
  const at = "/authentication_flow/signup_login_flows/0/steps/0/one_of/0";
  expect(branch({ identification: "email", signup_flow: "a", login_flow: "b" })).toEqual([]);
  expect(branch({ identification: "email", login_flow: "b" })).toEqual([[at, "required"]]);
  expect(branch({ identification: "select_account", login_flow: "b" })).toEqual([]);
  expect(branch({ identification: "select_account", signup_flow: "a", login_flow: "b" })).toEqual([[at, "not"]]);
});
