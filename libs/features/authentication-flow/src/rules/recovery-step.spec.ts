import type { FlowConfig } from "@gatehouse/domain-config";
import { describe, expect, it } from "vitest";
import { recoveryStep } from "./recovery-step.js";

const FLOW = { type: "account_recovery", name: "default" } as const;
const CODE = { type: "verify_account_recovery_code" };
const pointer = (steps: unknown[], identification = "email") => recoveryStep(FLOW, { name: "default", steps } as FlowConfig, identification).pointer;

describe("where a recovery takes the code of a link that no run of it has sent", () => {
  it("is the step after the identification, or inside the branch of the identification", () => {
    expect(pointer([{ type: "identify", one_of: [{ identification: "email", steps: [{ type: "select_destination" }] }] }, CODE])).toBe("/steps/1");
    const branches = [
      { identification: "phone", steps: [CODE] },
      { identification: "email", steps: [{ type: "select_destination" }, CODE] },
    ];
    expect(pointer([{ type: "identify", one_of: branches }, CODE])).toBe("/steps/0/one_of/1/steps/1");
    expect(pointer([{ type: "identify", one_of: branches }, CODE], "username")).toBe("/steps/1");
  });
  it("is nowhere in a flow without such a step: the link is refused", () => {
    const refusal = expect.objectContaining({ reason: "PasswordResetFailed", info: { cause: { kind: "InvalidCode" }, otp_form: "link" } });
    expect(() => pointer([{ type: "identify", one_of: [{ identification: "phone", steps: [CODE] }] }])).toThrow(refusal);
  });
});
