import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { Totp } from "@gatehouse/service-totp";
import { Usage } from "@gatehouse/service-usage";
import { ExportQueue } from "./export-queue.js";
import { ExportedUsers } from "./store/exported-users.read.js";
import { ExportTaskStore } from "./store/export-task.store.js";
import { StaleExports } from "./store/stale-exports.read.js";
import { HandleExportJob } from "./use-cases/handle-export-job.js";
import { ReadExport } from "./use-cases/read-export.js";
import { StartExport } from "./use-cases/start-export.js";
import { SweepExports } from "./use-cases/sweep-exports.js";
import { WriteExport } from "./use-cases/write-export.js";

/** Export of a project's users. */
@Module({
  imports: [AccountsModule],
  providers: [ExportTaskStore, ExportedUsers, StaleExports, Totp, Usage, ExportQueue, StartExport, ReadExport, WriteExport, HandleExportJob, SweepExports],
  exports: [StartExport, ReadExport, HandleExportJob, SweepExports],
})
export class UserExportModule {}
