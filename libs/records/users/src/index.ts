export { USER_COLUMNS } from "./user-row.js";
export { type NamingClaim, UserStore } from "./user.store.js";
export { AccountSchedule, type DueQuestion, type DueUser, type ScheduledEnd } from "./account-schedule.js";
export { AccountStatusStore } from "./account-status.store.js";
export { type ListPlace, UserCounts, type UserStretch } from "./user-counts.js";
export { type UserListPage, UserListRead } from "./user-list.read.js";
