import type { SecretConfig } from "@gatehouse/domain-config";
import type { ProjectContext } from "@gatehouse/domain-project";
import { createTransport } from "nodemailer";
import type { RenderedMessage } from "./rules/render-message.js";

/** Secret `mail.smtp`. */
export type SmtpSecret = NonNullable<SecretConfig["mail.smtp"]>;

/** The project's mail server, if it has one. */
export function smtpSecret(ctx: ProjectContext): SmtpSecret | undefined {
  return ctx.project.secrets["mail.smtp"];
}

const TIMEOUT_MS = 15_000;
/** Servers at this port speak TLS from the first byte, whatever the mode (spec: project configuration §6.1). */
const IMPLICIT_TLS_PORT = 465;

/** The address mail comes from: the secret's, else the project's own translation. */
export const senderOf = (secret: SmtpSecret, message: RenderedMessage): string | undefined => secret.sender || message.sender;

/** Sends one mail of text and HTML. Resolves when the server accepted it; throws its error otherwise. */
export async function sendBySmtp(secret: SmtpSecret, message: RenderedMessage, address: { from: string; to: string }): Promise<void> {
  const transport = createTransport({
    host: secret.host,
    port: secret.port,
    secure: secret.mode === "ssl" || secret.port === IMPLICIT_TLS_PORT,
    ...(secret.username ? { auth: { user: secret.username, pass: secret.password ?? "" } } : {}),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ ...address, subject: message.subject, text: message.text, html: message.html, ...(message.replyTo ? { replyTo: message.replyTo } : {}) });
  } finally {
    transport.close();
  }
}
