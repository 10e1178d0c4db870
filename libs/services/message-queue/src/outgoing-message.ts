import type { MessageJob } from "@gatehouse/domain-jobs";
import type { ProjectContext } from "@gatehouse/domain-project";

/** How long somebody waits for an SMS: the slowest gateway's minute, and a little. A message that nobody waits for any more is not sent. */
export const SECONDS_TO_WAIT = 65;

/** A message to one recipient. */
export interface OutgoingMessage {
  channel: "email" | "sms" | "whatsapp";
  /** E-mail address or E.164 phone number. */
  to: string;
  /** Template without language and ending, such as `verification_email` or `setup_primary_oob_sms`. */
  template: string;
  /** Values of the template's variables by their Go names without the dot (`Code`, `Link`) or in snake_case. */
  variables: Record<string, string>;
  /** The one-time code inside, for the template and the development inbox. */
  code?: string;
  /** The link inside. */
  link?: string;
  /** No event tells of it, and test mode does not hold it back: for messages to the project's own people. */
  silent?: boolean;
  /** The stored one-time code that hears how the message fares. */
  report?: { purpose: string; target: string; send: string };
}

const stateOf = ({ oauthState }: ProjectContext): Record<string, string> => ({
  ...(oauthState?.state ? { State: oauthState.state } : {}),
  ...(oauthState?.x_state ? { XState: oauthState.x_state } : {}),
  ...(oauthState?.ui_locales ? { UILocales: oauthState.ui_locales } : {}),
});

/** The queued form of a message, with what is needed of the request to report the outcome. */
export function toJob(ctx: ProjectContext, message: OutgoingMessage): MessageJob {
  const { request } = ctx;
  return {
    project_id: ctx.project.id,
    channel: message.channel,
    to: message.to,
    template: message.template,
    variables: { ...stateOf(ctx), ...message.variables },
    ...(message.code === undefined ? {} : { code: message.code }),
    ...(message.link === undefined ? {} : { link: message.link }),
    ...(message.silent ? { silent: true } : {}),
    ...(message.report ? { report: message.report } : {}),
    locales: [...request.locales],
    created_at: ctx.now().toISOString(),
    request: {
      url: request.url,
      ip: request.ip,
      user_agent: request.userAgent,
      public_origin: request.publicOrigin,
      ...(ctx.clientId ? { client_id: ctx.clientId } : {}),
      triggered_by: ctx.actor.type,
      ...(ctx.actor.type === "admin_api" && ctx.actor.auditContext ? { audit_context: ctx.actor.auditContext } : {}),
    },
  };
}
