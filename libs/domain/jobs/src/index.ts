/** The form of a job's declaration. */
export { defineJob, type JobEntry, type PeriodicWork, retryDelay } from "./define-job.js";
/** The catalogue. */
export {
  accountStatusRefresh,
  type BackchannelLogoutJob,
  backchannelLogoutJob,
  deliverySweep,
  jobCatalogue,
  logCleanUp,
  logoutSweep,
  type MessageJob,
  messageJob,
  periodicWork,
  sessionCleanUp,
  type WebhookDeliveryJob,
  webhookDeliveryJob,
} from "./jobs.js";
