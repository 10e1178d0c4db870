import type { ProjectContext } from "@gatehouse/domain-project";
import type { OutboundClient, OutboundRequest } from "@gatehouse/platform-outbound";
import { describe, expect, it } from "vitest";
import { callbackData, cloudApi } from "./cloud-api.js";
import { onPremisesApi } from "./on-premises-api.js";
import { templateLanguage } from "./template-language.js";
import { whatsappStatusError } from "./whatsapp-api.js";

const ctx = { project: { config: { localization: { fallback_language: "en", supported_languages: ["en"] } } }, log: { warn() {} } } as unknown as ProjectContext;
const message = { to: "+85298765432", code: "123456", locales: ["zh-HK"] };

/** Answers in order, and what was asked. */
function client(...answers: { status: number; json: unknown }[]) {
  const asked: OutboundRequest[] = [];
  const send = async (call: OutboundRequest) => {
    asked.push(call);
    const { status, json } = answers[asked.length - 1] ?? { status: 500, json: {} };
    return { status, headers: {}, body: Buffer.from(JSON.stringify(json)) };
  };
  return { asked, client: { send } as unknown as OutboundClient };
}
const reasonOf = (work: Promise<unknown>) => work.then(() => "none").catch((error: { reason: string }) => error.reason);

describe("the Cloud API", () => {
  const secret = {
    phone_number_id: "1234",
    access_token: "token",
    authentication_template: { type: "copy_code_button" as const, copy_code_button: { name: "otp", languages: ["en", "zh_HK"] } },
  };
  const deployment = { whatsappCloudApiEndpoint: "https://graph.example/v22.0", appHostSuffix: ".example.com" };
  const taken = { status: 200, json: { messages: [{ id: "wamid.1" }] } };

  it("is asked for a template in the reader's language", async () => {
    const { asked, client: outbound } = client(taken);
    expect(await cloudApi(secret, deployment).send(ctx, outbound, message)).toEqual({ messageId: "wamid.1" });
    expect(asked[0]).toMatchObject({ method: "POST", url: "https://graph.example/v22.0/1234/messages", headers: { authorization: "Bearer token" } });
    expect(JSON.parse(String(asked[0]?.body))).toEqual({
      biz_opaque_callback_data: callbackData(".example.com"),
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+85298765432",
      type: "template",
      template: {
        name: "otp",
        language: { policy: "deterministic", code: "zh_HK" },
        components: [
          { type: "body", parameters: [{ type: "text", text: "123456" }] },
          { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "123456" }] },
        ],
      },
    });
  });

  it("tells later what became of a message where there is a web hook", async () => {
    const webhook = { verify_token: "v", app_secret: "s" };
    expect(await cloudApi({ ...secret, webhook }, deployment).send(ctx, client(taken).client, message)).toEqual({ messageId: "wamid.1", callbacksOf: "1234" });
  });

  it.each([
    [400, { error: { code: 131026 } }, "WhatsappUndeliverable"],
    [400, { error: { code: 1013 } }, "InvalidWhatsappUser"],
    [500, "no json", "OTPDeliveryUnexpectedError"],
    [200, { messages: [] }, "OTPDeliveryUnexpectedError"],
    [200, { messages: [{ id: "1" }, { id: "2" }] }, "OTPDeliveryUnexpectedError"],
  ])("refuses: %d %j is %s", async (status, json, reason) => {
    expect(await reasonOf(cloudApi(secret, deployment).send(ctx, client({ status, json }).client, message))).toBe(reason);
  });
});

describe("the on-premises API", () => {
  const secret = {
    api_endpoint: "https://wa.example",
    username: "u",
    password: "p",
    templates: { otp: { name: "otp", type: "authentication" as const, namespace: "ns", languages: ["en"] } },
  };
  const login = { status: 200, json: { users: [{ token: "t1" }] } };
  const taken = { status: 200, json: { messages: [{ id: "m1" }] } };

  it("is signed in to once, and again when the token expired", async () => {
    const tokens = new WeakMap<object, string>();
    const first = client(login, taken);
    expect(await onPremisesApi(secret, tokens).send(ctx, first.client, message)).toEqual({ messageId: "m1" });
    expect(first.asked.map(({ url }) => url)).toEqual(["https://wa.example/v1/users/login", "https://wa.example/v1/messages"]);
    expect(first.asked[0]?.headers?.authorization).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    expect(JSON.parse(String(first.asked[1]?.body))).toMatchObject({ to: "85298765432", template: { namespace: "ns", language: { code: "en" } } });
    const second = client({ status: 401, json: {} }, { status: 200, json: { users: [{ token: "t2" }] } }, taken);
    await onPremisesApi(secret, tokens).send(ctx, second.client, message);
    expect(second.asked.map(({ headers }) => headers?.authorization).at(-1)).toBe("Bearer t2");
    expect(second.asked[0]?.headers?.authorization).toBe("Bearer t1");
  });

  it.each([
    [[login, { status: 400, json: { errors: [{ code: 1013 }] } }], "InvalidWhatsappUser"],
    [[login, { status: 500, json: {} }], "OTPDeliveryUnexpectedError"],
    [[{ status: 401, json: {} }], "OTPDeliveryUnexpectedError"],
  ])("refuses: %j is %s", async (answers, reason) => {
    expect(await reasonOf(onPremisesApi(secret, new WeakMap()).send(ctx, client(...answers).client, message))).toBe(reason);
  });
});

it("takes the reader's language, else the project's, else the template's first", () => {
  expect(templateLanguage(ctx, ["zh_HK", "en_GB"], ["en-US"])).toBe("en_GB");
  expect(templateLanguage(ctx, ["zh_HK", "en"], ["fr"])).toBe("en");
  expect(templateLanguage(ctx, ["zh_HK", "de"], ["fr"])).toBe("zh_HK");
});

it("names failures of callbacks", () => {
  expect([131026, 1013, 1, undefined].map((code) => whatsappStatusError(code).reason)).toEqual([
    "WhatsappUndeliverable",
    "InvalidWhatsappUser",
    "UnexpectedWhatsappMessageStatusError",
    "UnexpectedWhatsappMessageStatusError",
  ]);
});
