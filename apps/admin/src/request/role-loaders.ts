import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { listLoader, type Loader, rowLoader } from "@gatehouse/platform-graphql";
import { type Group, GroupStore, type Owned, type Role, RoleStore } from "@gatehouse/record-roles-groups";
import type { Read } from "./read.js";

/** Loaders of roles and groups. */
export interface RoleLoaders {
  role: Loader<Role | null>;
  group: Loader<Group | null>;
  /** By user: his own roles, in the order he got them. */
  rolesOf: Loader<Owned<Role>[]>;
  /** By user, in the order he joined. */
  groupsOf: Loader<Owned<Group>[]>;
  /** By user: his own roles and those of his groups, oldest role first. */
  effectiveRolesOf: Loader<Owned<Role>[]>;
  rolesOfGroup: Loader<Owned<Role>[]>;
  groupsOfRole: Loader<Owned<Group>[]>;
}

const ownerOf = ({ ownerId }: { ownerId: string }): string => ownerId;

/** Makes the loaders of a request for roles and groups. */
@Injectable()
export class MakeRoleLoaders {
  constructor(
    private readonly roles: RoleStore,
    private readonly groups: GroupStore,
  ) {}

  create(ctx: ProjectContext, read: Read): RoleLoaders {
    return {
      role: rowLoader((ids) => read((tx) => this.roles.byIds(ctx, tx, ids))),
      group: rowLoader((ids) => read((tx) => this.groups.byIds(ctx, tx, ids))),
      rolesOf: listLoader((users) => read((tx) => this.roles.listByUserIds(ctx, tx, users)), ownerOf),
      groupsOf: listLoader((users) => read((tx) => this.groups.listByUserIds(ctx, tx, users)), ownerOf),
      effectiveRolesOf: listLoader((users) => read((tx) => this.roles.effectiveByUserIds(ctx, tx, users)), ownerOf),
      rolesOfGroup: listLoader((groups) => read((tx) => this.roles.listByGroupIds(ctx, tx, groups)), ownerOf),
      groupsOfRole: listLoader((roles) => read((tx) => this.groups.listByRoleIds(ctx, tx, roles)), ownerOf),
    };
  }
}
