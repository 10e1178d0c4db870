/** The form of a job's declaration. */
export { defineJob, type JobEntry, retryDelay } from "./define-job.js";
/** The catalogue. */
export { jobCatalogue, type MessageJob, messageJob, type WebhookDeliveryJob, webhookDeliveryJob } from "./jobs.js";
