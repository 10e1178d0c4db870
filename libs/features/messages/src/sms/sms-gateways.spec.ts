import { describe, expect, it } from "vitest";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OutboundClient, OutboundRequest } from "@gatehouse/platform-outbound";
import { customGateway } from "./custom-gateway.js";
import { nexmoGateway } from "./nexmo-gateway.js";
import type { SmsGateway, SmsMessage } from "./sms-gateway.js";
import { twilioGateway } from "./twilio-gateway.js";

const ctx = {
  project: { id: "acme", secrets: { webhook: { keys: [{ kid: "w", kty: "oct", k: Buffer.from("secret").toString("base64url") }] } }, config: { messaging: {} } },
} as unknown as ProjectContext;
const message = {
  to: "+85298765432",
  body: "123456 is your code",
  sender: "Acme",
  job: { template: "verification_sms", locales: ["fr"] },
  language: "en",
  values: { AppName: "Acme", Code: "123456", Link: "", HasPassword: false },
} as unknown as SmsMessage;

async function send(gateway: SmsGateway, status: number, body: string, sms = message): Promise<{ call: OutboundRequest; error?: { reason?: string; status?: number } }> {
  let call: OutboundRequest | undefined;
  const client = {
    send: async (request: OutboundRequest) => {
      call = request;
      return { status, headers: {}, body: Buffer.from(body) };
    },
  } as unknown as OutboundClient;
  const error = await gateway.send(ctx, client, sms).then(
    () => undefined,
    (thrown) => thrown as { reason?: string },
  );
  return { call: call as OutboundRequest, error };
}
const form = (call: OutboundRequest) => Object.fromEntries(new URLSearchParams(String(call.body)));

describe("Twilio", () => {
  const secret = { account_sid: "AC1", auth_token: "t", from: "+1555" };
  it("posts a form with basic authentication", async () => {
    const { call, error } = await send(twilioGateway(secret), 201, "{}");
    expect(error).toBeUndefined();
    expect(call.url).toBe("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json");
    expect(form(call)).toEqual({ Body: message.body, To: message.to, From: "+1555" });
    expect(call.headers?.authorization).toBe(`Basic ${Buffer.from("AC1:t").toString("base64")}`);
  });
  it("prefers a message service and an API key", async () => {
    const { call } = await send(twilioGateway({ ...secret, credential_type: "api_key", api_key_sid: "SK", api_key_secret: "s", message_service_sid: "MG" }), 201, "{}");
    expect(form(call)).toEqual({ Body: message.body, To: message.to, MessagingServiceSid: "MG" });
    expect(call.headers?.authorization).toBe(`Basic ${Buffer.from("SK:s").toString("base64")}`);
  });
  it.each([
    [21211, "SMSGatewayInvalidPhoneNumber"],
    [30022, "SMSGatewayRateLimited"],
    [20003, "SMSGatewayAuthenticationFailed"],
    [21610, "UnexpectedError"],
  ])("maps code %s", async (code, reason) => expect((await send(twilioGateway(secret), 400, JSON.stringify({ code }))).error?.reason).toBe(reason));
});

describe("Nexmo", () => {
  const gateway = nexmoGateway({ api_key: "k", api_secret: "s" });
  it("sends the number without plus", async () => {
    const { call, error } = await send(gateway, 200, '{"messages":[{"status":"0"}]}');
    expect(error).toBeUndefined();
    expect(form(call)).toMatchObject({ to: "85298765432", from: "Acme", type: "text" });
    expect(form((await send(gateway, 200, "{}", { ...message, body: "驗證碼" })).call).type).toBe("unicode");
  });
  it("fails when any part failed", async () => expect((await send(gateway, 200, '{"messages":[{"status":"0"},{"status":"9"}]}')).error).toBeDefined());
});

describe("custom gateway", () => {
  const gateway = customGateway({ url: "https://sms.acme.test/send" });
  it("gets a signed body", async () => {
    const { call } = await send(gateway, 200, '{"code":"ok"}');
    expect(call.headers?.["x-authgear-body-signature"]).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(String(call.body))).toEqual({
      to: message.to,
      body: message.body,
      app_id: "acme",
      template_name: "verification_sms.txt",
      language_tag: "en",
      template_variables: { app_name: "Acme", code: "123456" },
    });
  });
  it.each([
    [200, '{"code":"ok"}', undefined],
    [500, '{"code":"ok"}', undefined],
    [204, "", undefined],
    [500, "", "UnexpectedError"],
    [200, "{}", "UnexpectedError"],
    [200, '{"code":"rate_limited"}', "SMSGatewayRateLimited"],
    [200, '{"code":"delivery_rejected"}', "SMSGatewayDeliveryRejected"],
    [200, '{"code":"constructor"}', "UnexpectedError"],
    [200, '{"code":null}', "UnexpectedError"],
    [200, '{"code":5}', undefined],
    [500, '{"code":5}', "UnexpectedError"],
    [200, '{"code":"rate_limited","info":"x"}', undefined],
    [200, '["rate_limited"]', undefined],
  ])("answer %s %s", async (status, body, reason) => expect((await send(gateway, status, body)).error?.reason).toBe(reason));
});
