import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ParsedTemplate, parseMessageFormat, renderTemplate, TemplateError } from "@gatehouse/platform-templating";
import { englishTemplates } from "../templates/english-templates.js";
import { type MessageName, messageName } from "@gatehouse/service-message-queue";
import { type FoundText, MessageResources } from "./message-resources.js";
import { forPlainText, messageValues } from "./message-values.js";

/** A message ready to go. */
export interface RenderedMessage extends MessageName {
  /** Empty for SMS and WhatsApp. */
  subject: string;
  text: string;
  /** What the text is written in. */
  language: string;
  /** E-mail only. */
  html?: string;
  /** The template's variables. */
  values: Readonly<Record<string, string | boolean>>;
  /** Sender and, for e-mail, reply address from the project's own translations. */
  sender?: string;
  replyTo?: string;
}

const PRODUCT_NAME = "Gatehouse";
/** Images of a project have no public address yet: a template that asks for one gets none. */
const StaticAssetURL = (): string => "";
const LINE_ENDS = /[\r\n]+/g;

/** Renders a queued message in the reader's language. Throws `TemplateError` for a template that is unknown or broken. */
export function renderMessage(ctx: ProjectContext, job: MessageJob): RenderedMessage {
  const resources = new MessageResources(ctx, job.locales);
  const builtIn = englishTemplates[job.template];
  const named = messageName(job.template);
  const values = messageValues(ctx, job, resources.translation("app.name")?.text || PRODUCT_NAME);
  const include = (key: string): ParsedTemplate | undefined => {
    const found = resources.translation(key);
    return found && parseMessageFormat(found.text, found.language);
  };
  const render = (ending: "txt" | "html"): FoundText => {
    const source = resources.template(`${job.template}.${ending}`, ending === "txt" ? builtIn?.text : builtIn?.html);
    if (source === undefined) throw new TemplateError(`there is no template "${job.template}.${ending}"`);
    const filled = { ...(ending === "html" ? values : forPlainText(values)), StaticAssetURL };
    return { ...source, text: renderTemplate(source.text, { values: filled, as: ending === "html" ? "html" : "text", include }) };
  };
  const line = (key: string, fallback?: string): string | undefined => {
    const kind = job.channel === "email" ? "email" : "sms";
    const own = resources.translation(`${kind}.${named.name}.${key}`, fallback);
    const source = own?.text ? own : resources.translation(`${kind}.default.${key}`);
    if (!source?.text) return undefined;
    const text = renderTemplate(parseMessageFormat(source.text, source.language), { values: { ...values, StaticAssetURL }, as: "text", include });
    return text.replaceAll(LINE_ENDS, " ").trim();
  };
  const { text, language } = render("txt");
  if (job.channel !== "email") return { ...named, language, values, subject: "", text: text.trim(), sender: line("sender") };
  return { ...named, language, values, subject: line("subject", builtIn?.subject) ?? "", text, html: render("html").text, sender: line("sender"), replyTo: line("reply-to") };
}
