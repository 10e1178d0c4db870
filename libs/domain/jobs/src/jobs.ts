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
  /** No event tells of it, and test mode does not hold it back: a message to the project's own people. */
  silent: Type.Optional(Type.Boolean()),
  /** Who waits for the outcome: a Redis list, and the name of the answer in it. */
  reply: Type.Optional(Type.Object({ list: Type.String(), id: Type.String() })),
  request: Type.Object({
    url: Type.String(),
    ip: Type.String(),
    user_agent: Type.String(),
    public_origin: Type.String(),
    client_id: Type.Optional(Type.String()),
    triggered_by: Type.String(),
    /** What an Admin API token said of its caller, for the audit log. */
    audit_context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
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

const userImport = Type.Object({ project_id: Type.String(), job_id: Type.String() });
/** Data of a `user-import` job: ids only; the records are in the database. */
export type UserImportJob = Static<typeof userImport>;

/** One task, a hundred records, of an import; the next one follows as a job of its own, so that many imports take turns. */
export const userImportJob = defineJob({
  name: "user-import",
  description: "Applies the next hundred records of an import.",
  retryAfterSeconds: [2, 10, 30],
  payload: userImport,
});

const userExport = Type.Object({ project_id: Type.String(), task_id: Type.String() });
/** Data of a `user-export` job: ids only. */
export type UserExportJob = Static<typeof userExport>;

/** One export, written to the object store. */
export const userExportJob = defineJob({
  name: "user-export",
  description: "Writes the users of a project to the object store.",
  retryAfterSeconds: [5, 30],
  payload: userExport,
});

/** Finds imports and exports that stand still. */
export const userTransferSweep: PeriodicWork = Object.freeze({
  name: "user-transfer-sweep",
  description: "Queues imports and exports that a stopped worker left behind; deletes those of yesterday with their records and files.",
  everySeconds: 30,
});

const userReindex = Type.Object({
  project_id: Type.String(),
  /** Everybody in a group, with a role of his own, or in the project. */
  of: Type.Union([Type.Literal("group"), Type.Literal("role"), Type.Literal("all")]),
  id: Type.Optional(Type.String()),
  /** The last user of the batch before. */
  after: Type.Optional(Type.Object({ user_id: Type.String(), at: Type.String() })),
});
/** Data of a `user-reindex` job: ids only. */
export type UserReindexJob = Static<typeof userReindex>;

/** A set of users, in batches. */
export const userReindexJob = defineJob({
  name: "user-reindex",
  description: "Indexes everybody in a group, with a role, or in the project for user search.",
  retryAfterSeconds: [5, 30, 120, 600],
  payload: userReindex,
});

/** Finds users whose search documents are stale. */
export const reindexSweep: PeriodicWork = Object.freeze({
  name: "reindex-sweep",
  description: "Indexes users whose change no event told of, such as imported ones.",
  everySeconds: 10,
});

/** Keeps the numbers of users short. */
export const userCountMerge: PeriodicWork = Object.freeze({
  name: "user-count-merge",
  description: "Adds up what sign-ups and deletions appended to the numbers of users.",
  everySeconds: 60,
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

/** Takes notice of accounts that have opened or closed by themselves. */
export const accountStatusRefresh: PeriodicWork = Object.freeze({
  name: "account-status-refresh",
  description: "Deletes the sessions of users whose period without access has begun, or whose period of access is over, and brings `is_disabled` of users up to date.",
  everySeconds: 300,
  atStart: true,
});

/** Ends users whose grace period is over. */
export const scheduledEnds: PeriodicWork = Object.freeze({
  name: "scheduled-ends",
  description: "Deletes and anonymizes the users whose grace period is over, one by one.",
  everySeconds: 300,
  atStart: true,
});

/** Keeps the tables of the logs: next partitions, expired ones, old web hook deliveries. */
export const logCleanUp: PeriodicWork = Object.freeze({
  name: "log-clean-up",
  description: "Makes the next months' partitions of the audit log, drops expired ones, and deletes old web hook deliveries.",
  everySeconds: 3600,
});

/** Sums up what was used. */
export const usageSums: PeriodicWork = Object.freeze({
  name: "usage-sums",
  description: "Sums up messages by day, and active users by day and month, from the audit log and the last use of sessions.",
  everySeconds: 3600,
});

/** Signs where the audit logs stand. */
export const auditCheckpoints: PeriodicWork = Object.freeze({
  name: "audit-checkpoints",
  description: "Signs the last row of each project's audit log that has new rows.",
  everySeconds: 300,
});

/** Finds web hook deliveries that a worker left behind. */
export const deliverySweep: PeriodicWork = Object.freeze({
  name: "delivery-sweep",
  description: "Queues web hook deliveries that a stopped worker left behind.",
  everySeconds: 15,
});

/** The queue of all periodic work. */
export const PERIODIC_QUEUE = "periodic-work";

/** Everything that is done periodically. */
export const periodicWork = Object.freeze([
  deliverySweep,
  accountStatusRefresh,
  auditCheckpoints,
  logCleanUp,
  logoutSweep,
  sessionCleanUp,
  userTransferSweep,
  reindexSweep,
  userCountMerge,
  scheduledEnds,
  usageSums,
]);

/** Every kind of job, for the documentation. */
export const jobCatalogue = Object.freeze([webhookDeliveryJob, messageJob, backchannelLogoutJob, userImportJob, userExportJob, userReindexJob]);
