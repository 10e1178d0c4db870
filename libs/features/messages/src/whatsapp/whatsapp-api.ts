import { invalidWhatsappUser, otpDeliveryUnexpected, unexpectedWhatsappMessageStatus, whatsappUndeliverable } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { OutboundClient, OutboundResponse } from "@gatehouse/platform-outbound";
import type { ApiError } from "@gatehouse/platform-errors-core";

/** One code to one phone. */
export interface WhatsappMessage {
  /** E.164 number. */
  to: string;
  code: string;
  /** The reader's languages, best first; BCP 47. */
  locales: readonly string[];
}

/** What WhatsApp said of a message it took. */
export interface WhatsappReceipt {
  messageId: string;
  /** Whether callbacks tell later what became of it; the number they name. */
  callbacksOf?: string;
}

/** One of WhatsApp's interfaces. `send` resolves when the message was taken; throws `InvalidWhatsappUser`, `WhatsappUndeliverable`, `OTPDeliveryUnexpectedError`. */
export interface WhatsappApi {
  send(ctx: ProjectContext, client: OutboundClient, message: WhatsappMessage): Promise<WhatsappReceipt>;
}

/** What is the deployment's. */
export interface WhatsappDeployment {
  whatsappCloudApiEndpoint: string;
  appHostSuffix: string;
}

/** Milliseconds for one call. */
export const WHATSAPP_TIMEOUT_MS = 5_000;
const [NO_SUCH_USER, UNDELIVERABLE] = [1013, 131026];

/** The error of a code of WhatsApp's, in an answer. */
export const whatsappError = (code: number | undefined): ApiError =>
  code === NO_SUCH_USER ? invalidWhatsappUser() : code === UNDELIVERABLE ? whatsappUndeliverable() : otpDeliveryUnexpected();

/** The error of a code of WhatsApp's, in a callback. */
export const whatsappStatusError = (code: number | undefined): ApiError =>
  code === NO_SUCH_USER || code === UNDELIVERABLE ? whatsappError(code) : unexpectedWhatsappMessageStatus();

/** The JSON of an answer; an empty object for anything else. */
export function jsonOf({ body }: OutboundResponse): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Id of the one message of an answer; undefined when there is not exactly one. */
export function messageIdOf(answer: Record<string, unknown>): string | undefined {
  const messages = answer.messages as { id?: unknown }[] | undefined;
  return Array.isArray(messages) && messages.length === 1 ? String(messages[0]?.id ?? "_unknown-message-id") : undefined;
}
