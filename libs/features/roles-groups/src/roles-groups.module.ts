import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { ChangeMembers } from "./use-cases/change-members.js";
import { ChangeRolesOfGroups } from "./use-cases/change-roles-of-groups.js";
import { DeleteGroup } from "./use-cases/delete-group.js";
import { DeleteRole } from "./use-cases/delete-role.js";
import { UpdateRole } from "./use-cases/update-role.js";

const useCases = [UpdateRole, DeleteRole, DeleteGroup, ChangeRolesOfGroups, ChangeMembers];

/** What a project's administrators do with roles and groups. */
@Module({ imports: [AccountsModule], providers: useCases, exports: useCases })
export class RolesGroupsModule {}
