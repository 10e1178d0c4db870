import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { MembershipStore } from "@gatehouse/record-roles-groups";
import { Usage } from "@gatehouse/service-usage";
import { ImportQueue } from "./import-queue.js";
import { ImportJobStore } from "./store/import-job.store.js";
import { ImportLookups } from "./store/import-lookups.read.js";
import { ImportedUserStore } from "./store/imported-user.store.js";
import { StaleImports } from "./store/stale-imports.read.js";
import { ApplyRecords } from "./use-cases/apply-records.js";
import { HandleImportJob } from "./use-cases/handle-import-job.js";
import { ReadImport } from "./use-cases/read-import.js";
import { RunImportTask } from "./use-cases/run-import-task.js";
import { StartImport } from "./use-cases/start-import.js";
import { SweepImports } from "./use-cases/sweep-imports.js";
import { WriteImported } from "./use-cases/write-imported.js";

const stores = [ImportJobStore, ImportLookups, ImportedUserStore, StaleImports, MembershipStore];

/** Import of users in bulk. */
@Module({
  imports: [AccountsModule],
  providers: [...stores, Usage, ImportQueue, WriteImported, ApplyRecords, RunImportTask, StartImport, ReadImport, HandleImportJob, SweepImports],
  exports: [StartImport, ReadImport, HandleImportJob, SweepImports],
})
export class UserImportModule {}
