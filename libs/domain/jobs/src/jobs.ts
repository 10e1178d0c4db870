import { type Static, Type } from "@gatehouse/platform-schema";
import { defineJob, type PeriodicWork } from "./define-job.js";

const webhookDelivery = Type.Object({ project_id: Type.String(), delivery_id: Type.String() });
/** Data of a `webhook-delivery` job: ids only, no personal data. */
export type WebhookDeliveryJob = Static<typeof webhookDelivery>;

/** One attempt to deliver an event to a web hook; six attempts over about an hour. */
export const webhookDeliveryJob = defineJob({
  name: "webhook-delivery",
  description: "Sends one event to one web hook and records the attempt.",
  retryAfterSeconds: [30, 120, 480, 1080, 1920],
  payload: webhookDelivery,
});

const message = Type.Object({
  project_id: Type.String(),
  channel: Type.Union([Type.Literal("email"), Type.Literal("sms"), Type.Literal("whatsapp")]),
  to: Type.String(),
  template: Type.String(),
  variables: Type.Record(Type.String(), Type.String()),
  code: Type.Optional(Type.String()),
  link: Type.Optional(Type.String()),
  locales: Type.Array(Type.String()),
  created_at: Type.String(),
  /** The stored one-time code that hears how the message fares. */
  report: Type.Optional(Type.Object({ purpose: Type.String(), target: Type.String(), send: Type.String() })),
  /** Who waits for the outcome: a Redis list, and the name of the answer in it. */
  reply: Type.Optional(Type.Object({ list: Type.String(), id: Type.String() })),
  request: Type.Object({
    url: Type.String(),
    ip: Type.String(),
    user_agent: Type.String(),
    public_origin: Type.String(),
    client_id: Type.Optional(Type.String()),
    triggered_by: Type.String(),
  }),
});
/** Data of a `message` job: what to send, and the request it came from. */
export type MessageJob = Static<typeof message>;

/** One message to one recipient. Codes live for minutes, so tries are few and the job does not outlive them. */
export const messageJob = defineJob({
  name: "message",
  description: "Renders one e-mail, SMS or WhatsApp message and gives it to the provider.",
  retryAfterSeconds: [5, 30],
  timeToLiveSeconds: 1200,
  payload: message,
});

const backchannelLogout = Type.Object({
  project_id: Type.String(),
  session_kind: Type.Union([Type.Literal("idp"), Type.Literal("offline_grant")]),
  session_id: Type.String(),
  client_id: Type.String(),
});
/** Data of a `backchannel-logout` job: ids only. */
export type BackchannelLogoutJob = Static<typeof backchannelLogout>;

/** One logout token to one client. */
export const backchannelLogoutJob = defineJob({
  name: "backchannel-logout",
  description: "Tells one client by a logout token that one of its sessions has ended.",
  retryAfterSeconds: [5, 30, 120, 600],
  payload: backchannelLogout,
});

/** Finds ended sessions that no event told of. */
export const logoutSweep: PeriodicWork = Object.freeze({
  name: "logout-sweep",
  description: "Queues logout tokens of ended sessions that no event told of, and of those not delivered for an hour; gives them up after a day.",
  everySeconds: 3600,
});

/** Deletes what has expired: access tokens and app sessions at once, sessions and grants a day later. */
export const sessionCleanUp: PeriodicWork = Object.freeze({
  name: "session-clean-up",
  description: "Deletes expired access tokens and app sessions, and IdP sessions and grants that have been over for a day, in batches.",
  everySeconds: 3600,
});

/** Ends the sessions of accounts that have closed by themselves. */
export const accountStatusRefresh: PeriodicWork = Object.freeze({
  name: "account-status-refresh",
  description: "Deletes the sessions of users whose period without access has begun, or whose period of access is over.",
  everySeconds: 300,
});

/** Deletes old lines of the audit log and of web hook deliveries. */
export const logCleanUp: PeriodicWork = Object.freeze({ name: "log-clean-up", description: "Deletes old lines of the audit log and of web hook deliveries.", everySeconds: 3600 });

/** Finds web hook deliveries that a worker left behind. */
export const deliverySweep: PeriodicWork = Object.freeze({
  name: "delivery-sweep",
  description: "Queues web hook deliveries that a stopped worker left behind.",
  everySeconds: 15,
});

/** Everything that is done periodically, for the documentation. */
export const periodicWork = Object.freeze([deliverySweep, accountStatusRefresh, logCleanUp, logoutSweep, sessionCleanUp]);

/** Every kind of job, for the documentation. */
export const jobCatalogue = Object.freeze([webhookDeliveryJob, messageJob, backchannelLogoutJob]);
