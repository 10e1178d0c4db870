import { validationFailed } from "@gatehouse/domain-errors";
import { parseMessageFormat, parseTemplate, TemplateError } from "@gatehouse/platform-templating";

/** Languages that a project may have texts in (spec: messaging §8.4). */
const LANGUAGES: ReadonlySet<string> = new Set(
  (
    "en af am ar hy az eu be bn bg my ca zh-HK zh-CN zh-TW hr cs da nl et fil fi fr gl ka de el hi hu is id it ja kn km ko ky lo lv lt mk ms ml mr mn ne no fa pl " +
    "pt-PT pt-BR pt ro ru sr si sk sl es-ES es-419 es sw sv ta te th tr uk vi zu"
  ).split(" "),
);

const OTP = ["verification", "setup_primary_oob", "setup_secondary_oob", "authenticate_primary_oob", "authenticate_secondary_oob", "forgot_password", "forgot_password_oob"];
const MAILS = [
  ...OTP.map((name) => `${name}_email`),
  ...["setup_primary", "setup_secondary", "authenticate_primary", "authenticate_secondary"].map((name) => `${name}_login_link`),
  "send_password_to_existing_user_email",
  "send_password_to_new_user_email",
  "usage_alert_email",
];
/** Files of messages (spec: messaging §8.1). */
const FILES: ReadonlySet<string> = new Set([...MAILS.flatMap((name) => [`${name}.txt`, `${name}.html`]), ...OTP.map((name) => `${name}_sms.txt`), "whatsapp_otp_code.txt"]);

const PATH = /^templates\/([^/]+)\/(?:messages\/([^/]+)|translation\.json)$/;

/** What a path is the file of, among the messages and translations that a project may have; undefined for other paths. */
export function messagePathKind(path: string): "template" | "translation" | undefined {
  const [, language = "", file] = PATH.exec(path) ?? [];
  if (!LANGUAGES.has(language)) return undefined;
  if (file === undefined) return "translation";
  return FILES.has(file) ? "template" : undefined;
}

/** Reads a template or a file of translations as it will be used. Throws `ValidationFailed`: of translations it names the keys that cannot be read. */
export function checkMessageFile(path: string, content: Uint8Array): void {
  const [, language = "en", file] = PATH.exec(path) ?? [];
  const text = decoded(path, content);
  if (file !== undefined) {
    const problem = problemOf(() => parseTemplate(text));
    if (problem) throw refusal(path, [{ location: "", problem }]);
    return;
  }
  const texts = parsed(path, text);
  const problems = Object.entries(texts).flatMap(([key, value]) => {
    const problem = typeof value === "string" ? problemOf(() => parseMessageFormat(value, language)) : "a text is needed";
    return problem ? [{ location: `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, problem }] : [];
  });
  if (problems.length > 0) throw refusal(path, problems);
}

function decoded(path: string, content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw refusal(path, [{ location: "", problem: "the file is not UTF-8" }]);
  }
}

function parsed(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw refusal(path, [{ location: "", problem: "the file is not a JSON object" }]);
}

function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

const refusal = (path: string, problems: readonly { location: string; problem: string }[]): Error =>
  validationFailed(
    problems.map(({ location, problem }) => ({ location, kind: "general", details: { msg: problem } })),
    `invalid ${path}`,
  );
