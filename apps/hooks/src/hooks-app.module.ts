import { AuditLogModule } from "@gatehouse/feature-audit-log";
import { BackchannelLogoutModule } from "@gatehouse/feature-backchannel-logout";
import { FraudDecisionsModule } from "@gatehouse/feature-fraud-protection";
import { HooksModule } from "@gatehouse/feature-hooks";
import { MessagesModule } from "@gatehouse/feature-messages";
import { SessionCleanUpModule } from "@gatehouse/feature-sessions";
import { UserExportModule } from "@gatehouse/feature-user-export";
import { UserImportModule } from "@gatehouse/feature-user-import";
import { UserIndexModule } from "@gatehouse/feature-user-index";
import { UserJobsModule } from "@gatehouse/feature-users";
import { Module } from "@nestjs/common";
import { HooksWorkers } from "./hooks-workers.js";
import { PeriodicWorkers } from "./periodic-workers.js";
import { ProtectionWork } from "./protection-work.js";
import { TransferWorkers } from "./transfer-workers.js";

/** The worker: outbox relay, consumers of the event stream, job workers, periodic work. Takes nothing but the runtime's globals. */
@Module({
  imports: [
    HooksModule,
    BackchannelLogoutModule,
    AuditLogModule,
    FraudDecisionsModule,
    MessagesModule,
    SessionCleanUpModule,
    UserIndexModule,
    UserJobsModule,
    UserImportModule,
    UserExportModule,
  ],
  providers: [HooksWorkers, PeriodicWorkers, ProtectionWork, TransferWorkers],
})
export class HooksAppModule {}
