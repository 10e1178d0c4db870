import { UserCounts } from "@gatehouse/record-users";
import { UserSearchModule } from "@gatehouse/service-user-search";
import { Module } from "@nestjs/common";
import { ReindexQueue } from "./reindex-queue.js";
import { AffectedUsersStore } from "./store/affected-users.store.js";
import { DueUsers } from "./store/due-users.js";
import { IndexChangedUsers } from "./use-cases/index-changed-users.js";
import { MergeUserCounts } from "./use-cases/merge-user-counts.js";
import { ReindexUserSet } from "./use-cases/reindex-user-set.js";
import { SweepDueUsers } from "./use-cases/sweep-due-users.js";

const useCases = [IndexChangedUsers, MergeUserCounts, ReindexUserSet, SweepDueUsers];

/** Keeps user search and the numbers of users up to date. */
@Module({ imports: [UserSearchModule], providers: [AffectedUsersStore, DueUsers, ReindexQueue, UserCounts, ...useCases], exports: useCases })
export class UserIndexModule {}
