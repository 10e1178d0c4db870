import { describe, expect, it } from "vitest";
import { isApiError } from "@gatehouse/platform-errors-core";
import { checkResource } from "./check-resource.js";

const SMS = "templates/en/messages/verification_sms.txt";
const TEXTS = "templates/fr/translation.json";

function refusal(path: string, content: string | Buffer): { reason: string; message: string; info?: { causes?: { location: string; kind: string }[] } } | undefined {
  try {
    checkResource(path, Buffer.from(content as string));
    return undefined;
  } catch (error) {
    if (isApiError(error)) return error as never;
    throw error;
  }
}

describe("message files that are published", () => {
  it.each([
    [SMS, "{{ if .Code }}{{ .Code }}{{ end }}"],
    ["templates/zh-HK/messages/forgot_password_email.html", '<a href="{{ .Link }}">x</a>{{ template "greeting" (dict "Name" .Email) }}'],
    ["templates/pt-BR/messages/authenticate_primary_login_link.html", "{{ range list 1 2 }}{{ . }}{{ end }}"],
    ["templates/en/messages/whatsapp_otp_code.txt", "{{ .Code }}"],
    [TEXTS, '{"app.name":"Acme","email.verification.subject":"{AppName}: {{ .Code }}","unknown.key":"{N, plural, one {#} other {#s}}"}'],
  ])("%s is taken", (path, content) => expect(refusal(path, content)).toBeUndefined());

  it.each([
    ["templates/tlh/messages/verification_sms.txt", "x"],
    ["templates/tlh/translation.json", "{}"],
    ["templates/en/messages/welcome_email.txt", "x"],
    ["templates/en/messages/verification_sms.html", "x"],
    ["templates/en/web/login.html", "x"],
    ["templates/../en/translation.json", "{}"],
  ])("%s is unknown", (path, content) => expect(refusal(path, content)?.reason).toBe("UnknownResource"));

  it.each(['{{ printf "x" }}', "{{ .Code | upper }}", "{{ with .Code }}{{ end }}", "{{ if .Code }}", "{{ .Code"])("a template with %s is refused", (content) =>
    expect(refusal(SMS, content)).toMatchObject({ reason: "ValidationFailed", message: `invalid ${SMS}`, info: { causes: [{ location: "", kind: "general" }] } }),
  );

  it("translations are refused by their keys", () => {
    const error = refusal(TEXTS, JSON.stringify({ good: "{Name}", "bad/one": "{Name", number: 5, choice: "{N, plural, one {x}}" }));
    expect(error?.info?.causes?.map(({ location }) => location)).toEqual(["/bad~1one", "/number", "/choice"]);
  });

  it.each(["[]", "null", "{", '"x"'])("translations that are %s are refused", (content) => expect(refusal(TEXTS, content)?.reason).toBe("ValidationFailed"));
  it("a file that is no text is refused", () => expect(refusal(SMS, Buffer.from([0xff, 0xfe, 0x00]))?.reason).toBe("ValidationFailed"));
  it("a file that is too large is not even read", () => expect(refusal(SMS, "{{".repeat(60_000))?.reason).toBe("ResourceTooLarge"));
});
