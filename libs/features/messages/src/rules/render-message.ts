import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";
import { renderTemplate, TemplateError } from "@gatehouse/platform-templating";
import { englishTemplates } from "../templates/english-templates.js";
import { type MessageName, messageName } from "@gatehouse/service-message-queue";
import { MessageResources } from "./message-resources.js";
import { forPlainText, messageValues } from "./message-values.js";

/** A message ready to go. */
export interface RenderedMessage extends MessageName {
  /** Empty for SMS and WhatsApp. */
  subject: string;
  text: string;
  /** E-mail only. */
  html?: string;
  /** The template's variables. */
  values: Readonly<Record<string, string | boolean>>;
  /** Sender and, for e-mail, reply address from the project's own translations. */
  sender?: string;
  replyTo?: string;
}

const PRODUCT_NAME = "Gatehouse";
/** Translations are ICU messages; `{AppName}` is the argument messages use. */
const fromIcu = (text: string): string => text.replaceAll(/(?<!\{)\{(\w+)\}(?!\})/g, "{{ .$1 }}");

/** Renders a queued message in the reader's language. Throws `TemplateError` for a template that is unknown or broken. */
export function renderMessage(ctx: ProjectContext, job: MessageJob): RenderedMessage {
  const resources = new MessageResources(ctx, job.locales);
  const builtIn = englishTemplates[job.template];
  const named = messageName(job.template);
  const values = messageValues(ctx, job, resources.translation("app.name") || PRODUCT_NAME);
  const include = (key: string): string | undefined => {
    const text = resources.translation(key);
    return text === undefined ? undefined : fromIcu(text);
  };
  const render = (ending: "txt" | "html"): string => {
    const source = resources.template(`${job.template}.${ending}`, ending === "txt" ? builtIn?.text : builtIn?.html);
    if (source === undefined) throw new TemplateError(`there is no template "${job.template}.${ending}"`);
    return renderTemplate(source, { values: ending === "html" ? values : forPlainText(values), as: ending === "html" ? "html" : "text", include });
  };
  const text = render("txt");
  const line = (key: string, fallback?: string): string | undefined => {
    const kind = job.channel === "email" ? "email" : "sms";
    const source = resources.translation(`${kind}.${named.name}.${key}`, fallback) || resources.translation(`${kind}.default.${key}`);
    return (
      source &&
      renderTemplate(fromIcu(source), { values, as: "text", include })
        .replaceAll(/[\r\n]+/g, " ")
        .trim()
    );
  };
  if (job.channel !== "email") return { ...named, values, subject: "", text: text.trim(), sender: line("sender") };
  return { ...named, values, subject: line("subject", builtIn?.subject) ?? "", text, html: render("html"), sender: line("sender"), replyTo: line("reply-to") };
}
