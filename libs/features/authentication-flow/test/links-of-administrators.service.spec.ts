import { createHash } from "node:crypto";
import { OneTimePasswords } from "@gatehouse/record-one-time-codes";
import { describe, expect, it } from "vitest";
import { type FlowRunner, flowModule, flowRunner, usersOf } from "./flow-runner.js";

const LINKS = { test_mode: { deterministic_link_otp: { enabled: true } } };
const BY_DESTINATION = { type: "select_destination", enumerate_destinations: true };

/** A link as the Admin API has it sent: it names no run. */
async function sent(browser: FlowRunner): Promise<string> {
  await browser.signUp("ann@example.com");
  const userId = (await usersOf(browser))[0]?.id as string;
  const target = { identification: "email", loginId: "ann@example.com", target: "ann@example.com", channel: "email", form: "link" } as const;
  const otp = (await flowModule()).get(OneTimePasswords);
  const request = { purpose: "forgot-password", target: target.target, channel: "email", form: "link", userId, message: "forgot-password", byAdmin: true } as const;
  await otp.send(browser.ctx, { ...request, attachment: { userId, target } });
  return createHash("md5").update(userId).digest("hex");
}

describe("a link of account recovery that an administrator had sent", () => {
  it.each([
    ["the generated flow", undefined],
    [
      "a flow that takes the code inside a branch",
      [
        { type: "identify", one_of: [{ identification: "phone" }, { identification: "email", steps: [BY_DESTINATION, { type: "verify_account_recovery_code" }] }] },
        { type: "reset_password" },
      ],
    ],
  ])("leads into the default recovery: %s", async (_which, steps) => {
    const flows = steps ? { authentication_flow: { account_recovery_flows: [{ name: "default", steps }] } } : {};
    const browser = await flowRunner({ features: LINKS, config: flows });
    const code = await sent(browser);
    const visitor = browser.another();
    const opened = await visitor.feed("", { account_recovery_code: code });
    expect(opened).toMatchObject({ type: "account_recovery", action: { type: "reset_password" }, data: { masked_target: "a**@example.com" } });
    expect((await visitor.feed(opened.token, { new_password: "a new horse" })).finished).toBe(true);
    expect(
      (
        await visitor.run("login", [
          { identification: "email", login_id: "ann@example.com" },
          { authentication: "primary_password", password: "a new horse" },
        ])
      ).finished,
    ).toBe(true);
    await expect(visitor.feed("", { account_recovery_code: code })).rejects.toMatchObject({ reason: "PasswordResetFailed" });
  });
});
