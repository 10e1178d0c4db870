import { type Static, Type } from "@gatehouse/platform-schema";
import { defineJob } from "./define-job.js";

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

/** Every kind of job, for the documentation. */
export const jobCatalogue = Object.freeze([webhookDeliveryJob, messageJob]);
