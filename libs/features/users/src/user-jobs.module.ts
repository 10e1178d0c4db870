import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { AccountSchedule } from "@gatehouse/record-users";
import { TargetUser } from "./guards/target-user.js";
import { AnonymizeUser } from "./use-cases/anonymize-user.js";
import { DeleteUser } from "./use-cases/delete-user.js";
import { EndDueUsers } from "./use-cases/end-due-users.js";
import { RefreshAccountStatus } from "./use-cases/refresh-account-status.js";

const jobs = [EndDueUsers, RefreshAccountStatus];

/** What becomes of users by itself, for the worker. */
@Module({ imports: [AccountsModule], providers: [AccountSchedule, AnonymizeUser, DeleteUser, TargetUser, ...jobs], exports: jobs })
export class UserJobsModule {}
