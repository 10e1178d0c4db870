import { describe, expect, it } from "vitest";
import { byEmail, newPassword, password } from "../support/inputs.js";
import type { Step } from "../support/flow-client.js";
import { CODE, Project } from "../support/project.js";

const EMAIL = "ann@example.com";
const NEW = "an entirely new password";

async function projectOf(options: Parameters<typeof Project.make>[0] = {}): Promise<Project> {
  const project = await Project.make(options);
  await project.browser().finish("signup", [byEmail(EMAIL), newPassword()]);
  return project;
}

const BY_CODE = { config: { ui: { forgot_password: { email: [{ channel: "email", otp_form: "code" }] } } } };
/** The code in a link, whatever its parameter is called. */
const codeIn = (link: URL): string => [...link.searchParams.values()].find((value) => /^[0-9A-HJKMNP-TV-Z]{32}$/.test(value)) ?? "";
const stopped = ({ type, action }: Step) => ({ type, action });
/** The same answer with the address left out. */
const withoutAddress = (step: Step): string =>
  JSON.stringify(stopped(step))
    .replace(/"masked_display_name":"[^"]*"/g, "")
    .replace(/"can_resend_at":"[^"]*"/g, "");

describe("account recovery", () => {
  it("of an address that nobody has looks like a real one", async () => {
    const project = await projectOf();
    const walk = async (email: string): Promise<Step[]> => {
      const browser = project.browser();
      const start = await browser.create("account_recovery");
      const chosen = await browser.feed(start.token, byEmail(email));
      const sent = await browser.feed(chosen.token, { index: 0 });
      const refused = await browser.feed(sent.token, { account_recovery_code: "0".repeat(32) });
      return [start, chosen, sent, refused];
    };
    const [real, unknown] = [await walk(EMAIL), await walk("nobody@example.com")];
    expect(unknown.map(({ action }) => action.type)).toEqual(["identify", "select_destination", "verify_account_recovery_code", "verify_account_recovery_code"]);
    expect(unknown[0]?.data).toEqual({ type: "account_recovery_identification_data", options: [{ identification: "email" }] });
    expect(unknown[1]?.data).toEqual({
      type: "account_recovery_select_destination_data",
      options: [{ masked_display_name: "nob***@example.com", channel: "email", otp_form: "link" }],
    });
    expect(unknown[2]?.data).toMatchObject({
      type: "account_recovery_verify_code_data",
      masked_display_name: "nob***@example.com",
      channel: "email",
      otp_form: "link",
      code_length: 32,
    });
    expect(unknown.map(withoutAddress)).toEqual(real.map(withoutAddress));
    const refusals = [unknown, real].map((steps) => ({ ...steps[3]?.error, tracking_id: undefined }));
    expect(refusals[0]).toEqual(refusals[1]);
    expect(unknown[3]?.error).toMatchObject({ name: "Invalid", reason: "PasswordResetFailed", code: 400, info: { cause: { kind: "InvalidCode" }, otp_form: "link" } });
    expect((await project.link(EMAIL)).origin).toBe(project.origin);
  });

  it("may say that nobody has the address, where the flow is made so", async () => {
    const steps = [
      {
        type: "identify",
        one_of: [{ identification: "email", on_failure: "error", steps: [{ type: "select_destination", allowed_channels: [{ channel: "email", otp_form: "code" }] }] }],
      },
      { type: "verify_account_recovery_code" },
      { type: "reset_password" },
    ];
    const browser = (await projectOf({ config: { authentication_flow: { account_recovery_flows: [{ name: "frank", steps }] } } })).browser();
    const start = await browser.create("account_recovery", { name: "frank" });
    expect((await browser.feed(start.token, byEmail("nobody@example.com"))).error).toMatchObject({ reason: "UserNotFound", code: 404 });
    expect((await browser.feed(start.token, byEmail(EMAIL))).options).toEqual([{ masked_display_name: "a**@example.com", channel: "email", otp_form: "code" }]);
  });

  it("ends with the new password and signs nobody in", async () => {
    const project = await projectOf(BY_CODE);
    const browser = project.browser();
    const sent = await browser.run("account_recovery", [byEmail(EMAIL), { index: 0 }]);
    expect(sent.data).toMatchObject({ otp_form: "code", code_length: 6 });
    expect((await browser.feed(sent.token, { account_recovery_code: "999999" })).error).toMatchObject({
      reason: "PasswordResetFailed",
      info: { cause: { kind: "InvalidCode" }, otp_form: "code" },
    });
    const asked = await browser.feed(sent.token, { account_recovery_code: CODE });
    expect(asked.action).toMatchObject({ type: "reset_password", data: { type: "new_password_data", password_policy: { minimum_length: 8 } } });
    expect((await browser.feed(asked.token, { new_password: "short" })).error).toMatchObject({ reason: "PasswordPolicyViolated" });
    const done = await browser.feed(asked.token, { new_password: NEW });
    expect(done).toMatchObject({ finished: true, action: { type: "finished", data: {} }, setCookie: [] });
    expect((await project.browser().run("login", [byEmail(EMAIL), password()])).error?.reason).toBe("InvalidCredentials");
    expect((await project.browser().run("login", [byEmail(EMAIL), password(NEW)])).finished).toBe(true);
  });

  it("goes on in another browser from the link alone", async () => {
    const project = await projectOf();
    await project.browser().run("account_recovery", [byEmail(EMAIL), { index: 0 }]);
    const account_recovery_code = codeIn(await project.link(EMAIL));
    const phone = project.browser();
    const path = "/api/v1/authentication_flows/states/input";
    const opened = await phone.post(path, { input: { account_recovery_code } });
    expect(opened.json.result).toMatchObject({ type: "account_recovery", name: "default", action: { type: "reset_password", data: { type: "new_password_data" } } });
    expect((await phone.feed(opened.json.result.state_token, { new_password: NEW })).finished).toBe(true);
    expect((await project.browser().run("login", [byEmail(EMAIL), password(NEW)])).finished).toBe(true);
    const again = await phone.post(path, { input: { account_recovery_code } });
    expect([again.status, again.json.error]).toEqual([
      400,
      expect.objectContaining({ reason: "PasswordResetFailed", info: expect.objectContaining({ cause: { kind: "InvalidCode" } }) }),
    ]);
    expect((await phone.post(path, { input: { account_recovery_code: "Z".repeat(32) } })).json.error).toMatchObject({ reason: "PasswordResetFailed" });
    expect((await phone.post(path, { input: { code: CODE } })).json.error).toMatchObject({ reason: "AuthenticationFlowNotFound", code: 404 });
  });

  it("takes the code of a link in the run that sent it", async () => {
    const project = await projectOf();
    const browser = project.browser();
    const sent = await browser.run("account_recovery", [byEmail(EMAIL), { index: 0 }]);
    const asked = await browser.feed(sent.token, { account_recovery_code: codeIn(await project.link(EMAIL)) });
    expect(asked.action.type).toBe("reset_password");
    expect((await browser.feed(asked.token, { new_password: NEW })).finished).toBe(true);
  });

  it("resends after the cooldown only", async () => {
    const browser = (await projectOf(BY_CODE)).browser();
    const sent = await browser.run("account_recovery", [byEmail(EMAIL), { index: 0 }]);
    expect((await browser.feed(sent.token, { resend: true })).error).toMatchObject({
      reason: "RateLimited",
      code: 429,
      info: { bucket_name: expect.stringMatching(/^ForgotPasswordCooldownEmail/) },
    });
  });
});
