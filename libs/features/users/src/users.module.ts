import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ValidPeriodStore } from "./store/valid-period.store.js";
import { CreateUser } from "./use-cases/create-user.js";
import { DeleteUser } from "./use-cases/delete-user.js";
import { GetUsers } from "./use-cases/get-users.js";
import { ListUsers } from "./use-cases/list-users.js";
import { PrepareUser } from "./use-cases/prepare-user.js";

/** What a project's administrators do with users. */
@Module({
  imports: [AccountsModule],
  providers: [ValidPeriodStore, CreateUser, DeleteUser, GetUsers, ListUsers, PrepareUser],
  exports: [CreateUser, DeleteUser, GetUsers, ListUsers, PrepareUser],
})
export class UsersModule {}
