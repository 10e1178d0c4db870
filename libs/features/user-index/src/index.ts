/** The module of the worker. */
export { UserIndexModule } from "./user-index.module.js";
/** The consumer group `user-search`. */
export { IndexChangedUsers } from "./use-cases/index-changed-users.js";
/** The job `user-reindex`. */
export { ReindexUserSet } from "./use-cases/reindex-user-set.js";
/** The net under the events. */
export { SweepDueUsers } from "./use-cases/sweep-due-users.js";
/** Keeps the numbers of users short. */
export { MergeUserCounts } from "./use-cases/merge-user-counts.js";
