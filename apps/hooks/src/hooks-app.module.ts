import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { BackchannelLogoutModule } from "@gatehouse/feature-backchannel-logout";
import { HooksModule } from "@gatehouse/feature-hooks";
import { MessagesModule } from "@gatehouse/feature-messages";
import { SessionCleanUpModule } from "@gatehouse/feature-sessions";
import { Module } from "@nestjs/common";
import { HooksWorkers } from "./hooks-workers.js";

/** The worker: outbox relay, consumers of the event stream, job workers. Takes nothing but the runtime's globals. */
@Module({ imports: [HooksModule, BackchannelLogoutModule, AuditLogModule, MessagesModule, SessionCleanUpModule], providers: [HooksWorkers] })
export class HooksAppModule {}
