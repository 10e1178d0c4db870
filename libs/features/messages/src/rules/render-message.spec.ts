import { describe, expect, it } from "vitest";
import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { englishTemplates } from "../templates/english-templates.js";
import { messageName } from "@gatehouse/service-message-queue";
import { renderMessage } from "./render-message.js";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
function context(files: Record<string, string> = {}, config: object = {}): ProjectContext {
  const resources = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  return {
    project: { id: "acme", config: { localization: { fallback_language: "en", supported_languages: ["en", "fr"] }, ...config }, features: {}, secrets: {}, resources },
    log: silent,
  } as unknown as ProjectContext;
}
const job = (template: string, change: Partial<MessageJob> = {}): MessageJob => ({
  project_id: "acme",
  channel: template.endsWith("_sms") || template.startsWith("whatsapp") ? "sms" : "email",
  to: "ada@example.com",
  template,
  variables: { Email: "ada@example.com", Password: "p" },
  code: "123456",
  link: "https://acme.test/reset?code=ABC&x=1",
  locales: ["en"],
  created_at: "2026-01-01T00:00:00.000Z",
  request: { url: "https://acme.test/", ip: "", user_agent: "", public_origin: "https://acme.test", triggered_by: "user" },
  ...change,
});

describe("built-in messages", () => {
  it.each(Object.keys(englishTemplates))("%s renders", (template) => {
    const message = renderMessage(context(), job(template));
    expect(message.text).not.toMatch(/\{|undefined/);
    if (job(template).channel === "email") {
      expect(message.subject).not.toBe("");
      expect(message.html).toContain("<html");
    }
  });
  it("carry the code in text and HTML", () => {
    const message = renderMessage(context(), job("verification_email"));
    expect(message.subject).toBe("123456 is your Gatehouse verification code");
    expect(message.text).toContain("123456");
    expect(message.html).toContain("123456");
    expect(message.eventType).toBe("verification");
  });
  it("carry the link", () => expect(renderMessage(context(), job("forgot_password_email")).html).toContain('href="https://acme.test/reset?code=ABC&amp;x=1"'));
});

describe("a project's own texts", () => {
  const translation = JSON.stringify({ "app.name": "Acme", "email.verification.subject": "{AppName}: {Code}" });
  it("replace the built-in ones", () => {
    const own = context({ "templates/en/messages/verification_sms.txt": "Own {{ .Code }}", "templates/en/translation.json": translation });
    expect(renderMessage(own, job("verification_sms")).text).toBe("Own 123456");
    expect(renderMessage(own, job("verification_email")).subject).toBe("Acme: 123456");
    expect(renderMessage(own, job("setup_primary_oob_email")).subject).toBe("123456 is your Acme code");
  });
  it("are chosen by the reader's language", () => {
    const own = context({ "templates/fr/messages/verification_sms.txt": "Votre code : {{ .Code }}" });
    expect(renderMessage(own, job("verification_sms", { locales: ["fr-CA"] })).text).toBe("Votre code : 123456");
    expect(renderMessage(own, job("verification_sms")).text).toContain("Do not share");
  });
  it("fail loudly when they use an unknown variable", () =>
    expect(() => renderMessage(context({ "templates/en/messages/verification_sms.txt": "{{ .Nope }}" }), job("verification_sms"))).toThrow(/Nope/));
});

describe("templates as projects bring them along", () => {
  it("use Go's blocks, translations with data of their own, and images that are not there", () => {
    const own = context({
      "templates/en/translation.json": JSON.stringify({ "app.name": "Acme", "email.greeting": "Hi {Who}, {N, plural, one {# day} other {# days}}" }),
      "templates/en/messages/verification_email.txt": '{{ $code := .Code }}{{ template "email.greeting" (dict "Who" .Email "N" 1) }} {{ range list $code }}[{{ . }}]{{ end }}',
      "templates/en/messages/verification_email.html":
        '{{ $logo := call .StaticAssetURL "app_logo" }}{{ if $logo }}<img src="{{ $logo }}">{{ end }}<p>{{ template "email.greeting" (dict "Who" "<b>" "N" 2) }}</p><!-- x -->',
    });
    expect(renderMessage(own, job("verification_email"))).toMatchObject({ text: "Hi ada@example.com, 1 day [123456]", html: "<p>Hi &lt;b&gt;, 2 days</p>", language: "en" });
  });
  it("know the client and the request", () => {
    const own = context(
      { "templates/en/messages/verification_sms.txt": "{{ .ClientName }} {{ .ClientID }} {{ .State }} {{ .UILocales }} {{ .HasPassword }}" },
      { oauth: { clients: [{ client_id: "a b", name: "x", client_name: "My App" }] } },
    );
    const variables = { State: "s 1", UILocales: "de en", HasPassword: "true" };
    const request = { ...job("verification_sms").request, client_id: "a b" };
    expect(renderMessage(own, job("verification_sms", { variables, request })).text).toBe("My App a+b s+1 de+en true");
  });
  it("choose their subject by what they are about", () => {
    const alert = (UsageAction: string) =>
      renderMessage(context(), job("usage_alert_email", { variables: { UsageAction, UsageDisplayName: "SMS", UsageCurrentValue: "1" } })).subject;
    expect([alert("alert"), alert("block")]).toEqual(["Your SMS usage has reached 1 (acme)", "SMS usage has been blocked (acme)"]);
  });
  it("tell in which language they came out", () => {
    const own = context({ "templates/fr/messages/verification_sms.txt": "FR" });
    const language = (locale: string) => renderMessage(own, job("verification_sms", { locales: [locale] })).language;
    expect([language("fr-CA"), language("de")]).toEqual(["fr", "en"]);
  });
});

describe("threat: a value breaks out of a message", () => {
  it("escapes values in HTML", () => expect(renderMessage(context(), job("verification_email", { variables: { Email: "<img src=x>" } })).html).not.toContain("<img"));
  it("keeps line ends out of the subject", () => {
    const own = context({ "templates/en/translation.json": JSON.stringify({ "app.name": "A\r\nBcc: x@y.z" }) });
    expect(renderMessage(own, job("verification_email")).subject).not.toMatch(/[\r\n]/);
  });
});

it("names messages by template", () => {
  expect(messageName("setup_primary_oob_email")).toEqual({ name: "setup-primary-oob", eventType: "setup-primary-oob" });
  expect(messageName("authenticate_primary_login_link")).toEqual({ name: "authenticate-primary-login-link", eventType: "authenticate-primary-oob" });
  expect(messageName("forgot_password_oob_sms").eventType).toBe("forgot-password");
});
