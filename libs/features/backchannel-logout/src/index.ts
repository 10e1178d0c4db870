/** The module of the worker. */
export { BackchannelLogoutModule } from "./backchannel-logout.module.js";
/** Finds sessions that have ended. */
export { NoticeEndedSessions } from "./use-cases/notice-ended-sessions.js";
/** Tells one client of one session. */
export { SendLogoutToken } from "./use-cases/send-logout-token.js";
