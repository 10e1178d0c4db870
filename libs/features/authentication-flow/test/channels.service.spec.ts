import { sha256Hex } from "@gatehouse/platform-crypto";
import { projectKey } from "@gatehouse/platform-redis";
import { CodeStore, type Delivery } from "@gatehouse/record-one-time-codes";
import { describe, expect, it } from "vitest";
import { CODE, type FlowRunner, flowModule, flowRunner, type Seen, usersOf } from "./flow-runner.js";

const PHONE = "+85251000000";
const IDENTIFY = { identification: "phone", login_id: PHONE };
const config = { identity: { login_id: { keys: [{ type: "phone" }] } } };
const BY_PHONE = { primary_authenticators: ["oob_otp_sms"] };

/** News of the message that carried the newest code to the number. */
async function news({ ctx, project }: FlowRunner, purpose: "oob-otp" | "verification", delivery: Delivery): Promise<void> {
  const send = await project.redis.client.hget(projectKey(ctx, "one-time-code", purpose, sha256Hex(PHONE)), "send");
  await (await flowModule()).get(CodeStore).setDelivery(ctx, { purpose, target: PHONE, send: send ?? "" }, delivery);
}

const undeliverable: Delivery = { status: "failed", error: { name: "BadRequest", reason: "WhatsappUndeliverable", message: "whatsapp undeliverable", code: 400 } };

describe("WhatsApp that does not arrive", () => {
  it("shows why, and the same step is taken by SMS: back to the choice, without waiting (fallback)", async () => {
    const browser = await flowRunner({ authentication: BY_PHONE, config });
    const choice = await browser.run("signup", [IDENTIFY, { authentication: "primary_oob_otp_sms" }]);
    expect(choice.data).toEqual({ type: "select_oob_otp_channels_data", channels: ["whatsapp", "sms"], masked_claim_value: "+8525100****" });
    const sent = await browser.feed(choice.token, { channel: "whatsapp" });
    expect(sent.data).toMatchObject({ channel: "whatsapp", delivery_status: "sending" });
    expect(sent.data.delivery_error).toBeUndefined();
    await news(browser, "oob-otp", undeliverable);
    const failed = await browser.read(sent.token);
    expect(failed.data).toMatchObject({ type: "verify_oob_otp_data", channel: "whatsapp", delivery_status: "failed", delivery_error: undeliverable.error });
    const bySms = await browser.feed(choice.token, { channel: "sms" });
    expect(bySms.data).toMatchObject({ type: "verify_oob_otp_data", channel: "sms", otp_form: "code", code_length: 6 });
    const shown = await browser.read(bySms.token);
    expect(shown.data).toMatchObject({ delivery_status: "sent" });
    expect(shown.data.delivery_error).toBeUndefined();
    expect((await browser.feed(bySms.token, { code: CODE })).finished).toBe(true);
    expect((await usersOf(browser))[0]).toMatchObject({ verified: [{ name: "phone_number", value: PHONE }], authenticators: [{ type: "oob_otp_sms", phone: PHONE }] });
  });

  it("may be answered still: the code of either message is the newest one's", async () => {
    const browser = await flowRunner({ authentication: BY_PHONE, config });
    const choice = await browser.run("signup", [IDENTIFY, { authentication: "primary_oob_otp_sms" }]);
    const sent = await browser.feed(choice.token, { channel: "whatsapp" });
    await browser.feed(choice.token, { channel: "sms" });
    expect((await browser.feed(sent.token, { code: CODE })).finished).toBe(true);
  });

  it("keeps the cooldown of each channel: WhatsApp again is not sent, and resending is refused", async () => {
    const browser = await flowRunner({ authentication: BY_PHONE, config });
    const choice = await browser.run("signup", [IDENTIFY, { authentication: "primary_oob_otp_sms" }]);
    const sent = await browser.feed(choice.token, { channel: "whatsapp" });
    await news(browser, "oob-otp", undeliverable);
    const again = await browser.feed(choice.token, { channel: "whatsapp" });
    expect(again.data).toMatchObject({ delivery_status: "failed", delivery_error: { reason: "WhatsappUndeliverable" } });
    expect((await browser.feed(sent.token, { resend: true })).error).toMatchObject({
      name: "TooManyRequest",
      reason: "RateLimited",
      code: 429,
      info: { bucket_name: "OOBOTPCooldownWhatsapp", FlowType: "signup" },
    });
  });

  it("counts as failed when no news come in time", async () => {
    const browser = await flowRunner({ authentication: BY_PHONE, config });
    const choice = await browser.run("signup", [IDENTIFY, { authentication: "primary_oob_otp_sms" }]);
    const sent = await browser.feed(choice.token, { channel: "whatsapp" });
    await news(browser, "oob-otp", { status: "sending", deliverBy: new Date(Date.now() - 1) });
    expect((await browser.read(sent.token)).data).toMatchObject({ delivery_status: "failed", delivery_error: { reason: "WhatsappMessageStatusCallbackTimeout" } });
  });

  it("at a verification offers the channels too", async () => {
    const verified = { ...config, verification: { claims: { phone_number: { enabled: true, required: true } } } };
    const browser = await flowRunner({ config: verified });
    const choice = await browser.run("signup", [IDENTIFY]);
    expect(choice.action).toMatchObject({ type: "verify", identification: "phone", data: { type: "select_oob_otp_channels_data", channels: ["whatsapp", "sms"] } });
    expect((await browser.feed(choice.token, { channel: "email" })).error).toMatchObject({
      reason: "ValidationFailed",
      info: { causes: [{ location: "/channel", kind: "enum" }] },
    });
    const sent = await browser.feed(choice.token, { channel: "whatsapp" });
    await news(browser, "verification", undeliverable);
    expect((await browser.read(sent.token)).data.delivery_status).toBe("failed");
    const bySms = await browser.feed(choice.token, { channel: "sms" });
    expect((await browser.feed(bySms.token, { code: "000000" })).error).toMatchObject({
      name: "Forbidden",
      reason: "InvalidVerificationCode",
      code: 403,
      info: { cause: { kind: "InvalidVerificationCode" }, FlowType: "signup" },
    });
    expect((await browser.feed(bySms.token, { code: ` ${CODE} ` })).action.type).toBe("create_authenticator");
  });
});

describe("the channel in the input that picks the number", () => {
  it("is required where there is a choice, in a login", async () => {
    const browser = await flowRunner({ authentication: BY_PHONE, config });
    const signUp: Seen = await browser.run("signup", [IDENTIFY, { authentication: "primary_oob_otp_sms", channel: "sms" }, { code: CODE }]);
    expect(signUp.finished).toBe(true);
    const visitor = browser.another();
    const asked = await visitor.run("login", [IDENTIFY]);
    expect(asked.options).toEqual([{ authentication: "primary_oob_otp_sms", otp_form: "code", masked_display_name: "+8525100****", channels: ["whatsapp", "sms"] }]);
    expect((await visitor.feed(asked.token, { authentication: "primary_oob_otp_sms", index: 0 })).error).toMatchObject({
      reason: "ValidationFailed",
      info: { causes: [{ location: "", kind: "required", details: { missing: ["channel"] } }] },
    });
    const sent = await visitor.feed(asked.token, { authentication: "primary_oob_otp_sms", index: 0, channel: "whatsapp" });
    expect(sent.data).toMatchObject({ type: "verify_oob_otp_data", channel: "whatsapp" });
    expect((await visitor.feed(sent.token, { code: CODE })).finished).toBe(true);
    expect((await usersOf(browser))[0]?.amr).toContainEqual(["otp", "sms", "x_primary_oob_otp_sms"]);
  });
});
