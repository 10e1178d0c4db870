import { describe, expect, it } from "vitest";
import { isApiError } from "@gatehouse/platform-errors-core";
import { keepMessageTemplates } from "./keep-message-templates.js";

const SMS = "templates/en/messages/verification_sms.txt";
const TEXTS = "templates/fr/translation.json";
const files = (given: Record<string, string>) => new Map(Object.entries(given).map(([path, text]) => [path, Buffer.from(text)]));
const texts = (kept: ReadonlyMap<string, Buffer>) => Object.fromEntries([...kept].map(([path, content]) => [path, content.toString()]));

describe("a project that may not have message templates of its own", () => {
  it.each([
    ["a new one", undefined],
    ["a new one of a project in force", files({})],
    ["a changed one", files({ [SMS]: "before" })],
  ])("is refused %s", (_which, stored) => {
    let refusal: unknown;
    try {
      keepMessageTemplates(files({ [SMS]: "after" }), stored);
    } catch (error) {
      refusal = error;
    }
    expect(isApiError(refusal) && refusal.toJSON()).toMatchObject({
      name: "Invalid",
      reason: "ValidationFailed",
      message: `invalid ${SMS}`,
      info: { causes: [{ location: "", kind: "general", details: { msg: "customization of message templates is disabled" } }] },
    });
  });
  it("keeps those in force, loses those it removes, and has every other file", () => {
    const edited = { [SMS]: "same", "authgear.yaml": "id: a", "static/authgear-light-theme.css": "x" };
    expect(texts(keepMessageTemplates(files(edited), files({ [SMS]: "same", "templates/en/messages/forgot_password_sms.txt": "gone" })))).toEqual(edited);
  });
  it("has translations without the subjects of its e-mail", () => {
    const given = { "email.verification.subject": "x", "email.default.subject": "y", "email.default.sender": "a@b.c", "app.name": "Acme", "my.email.subject": "z" };
    const kept = texts(keepMessageTemplates(files({ [TEXTS]: JSON.stringify(given) }), undefined));
    expect(JSON.parse(kept[TEXTS] ?? "")).toEqual({ "email.default.sender": "a@b.c", "app.name": "Acme", "my.email.subject": "z" });
  });
  it("has no file of translations that held subjects alone; one without any, and one in force, is as it was written", () => {
    expect([...keepMessageTemplates(files({ [TEXTS]: '{"email.verification.subject":"x"}' }), undefined).keys()]).toEqual([]);
    const written = { [TEXTS]: ' {"app.name": "Acme"}' };
    expect(texts(keepMessageTemplates(files(written), undefined))).toEqual(written);
    const inForce = { [TEXTS]: '{"email.verification.subject":"x"}' };
    expect(texts(keepMessageTemplates(files(inForce), files(inForce)))).toEqual(inForce);
  });
});
