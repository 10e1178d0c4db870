export { USER_COLUMNS, toUser } from "./user-row.js";
export { type UserPage, UserStore } from "./user.store.js";
