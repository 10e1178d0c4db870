/** The producing side of a job queue. */
export { type AddJob, JobQueue } from "./job-queue.js";
/** The consuming side of a job queue. */
export { GiveUp, JobWorker, type JobWorkerOptions, type RunningJob } from "./job-worker.js";
/** Names that keep deployments on one server apart. */
export { deploymentName, type QueueOptions } from "./queue-prefix.js";
/** Work that is done again and again, once per interval over all workers. */
export { type PeriodicJob, PeriodicJobs, type PeriodicJobsOptions } from "./periodic-jobs.js";
