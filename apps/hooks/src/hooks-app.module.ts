import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { HooksModule } from "@gatehouse/feature-hooks";
import { MessagesModule } from "@gatehouse/feature-messages";
import { Module } from "@nestjs/common";
import { HooksWorkers } from "./hooks-workers.js";

/** The worker: outbox relay, consumers of the event stream, job workers. Takes nothing but the runtime's globals. */
@Module({ imports: [HooksModule, AuditLogModule, MessagesModule], providers: [HooksWorkers] })
export class HooksAppModule {}
