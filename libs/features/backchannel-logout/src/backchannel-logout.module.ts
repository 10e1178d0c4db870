import { Module } from "@nestjs/common";
import { LogoutSubscriptionStore, UnnoticedLogouts } from "@gatehouse/record-grants";
import { LogoutQueue } from "./logout-queue.js";
import { NoticeEndedSessions } from "./use-cases/notice-ended-sessions.js";
import { SendLogoutToken } from "./use-cases/send-logout-token.js";

/** Tells applications of sessions that have ended. */
@Module({ providers: [LogoutSubscriptionStore, UnnoticedLogouts, LogoutQueue, NoticeEndedSessions, SendLogoutToken], exports: [NoticeEndedSessions, SendLogoutToken] })
export class BackchannelLogoutModule {}
