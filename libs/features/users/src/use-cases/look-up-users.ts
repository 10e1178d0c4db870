import { Injectable } from "@nestjs/common";
import { getUsersInvalidArgument } from "@gatehouse/domain-errors";
import { type LoginIdType, normaliseLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import type { User } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { type NamingClaim, UserStore } from "@gatehouse/record-users";
import { SocialLogin } from "@gatehouse/service-social-login";

const TYPES: ReadonlyMap<string, { name: NamingClaim; type: LoginIdType }> = new Map([
  ["email", { name: "email", type: "email" }],
  ["phone_number", { name: "phone_number", type: "phone" }],
  ["preferred_username", { name: "preferred_username", type: "username" }],
]);

/** Users by what names them (spec: admin API §6). One statement each. */
@Injectable()
export class LookUpUsers {
  constructor(
    private readonly users: UserStore,
    private readonly social: SocialLogin,
  ) {}

  /** The owner of a login id, whatever key it is stored under. Throws GetUsersInvalidArgument. */
  async byLoginId(ctx: ProjectContext, tx: Tx, { key, value }: { key: string; value: string }): Promise<User | undefined> {
    const { keys, types } = ctx.project.config.identity.login_id;
    const declared = keys.find((one) => (one.key ?? one.type) === key);
    if (!declared) throw getUsersInvalidArgument("invalid Login ID key");
    const normalised = normaliseLoginId(declared.type, value, types);
    if (!normalised) throw getUsersInvalidArgument("invalid Login ID value");
    return this.users.byIdentity(ctx, tx, { type: "login_id", uniqueKey: normalised.uniqueKey });
  }

  /** The owners of login ids, social accounts and directory entries that carry a claim. Throws GetUsersInvalidArgument. */
  async byStandardAttribute(ctx: ProjectContext, tx: Tx, { name, value }: { name: string; value: string }): Promise<User[]> {
    const attribute = TYPES.get(name);
    if (!attribute) throw getUsersInvalidArgument("attributeName must be email, phone_number or preferred_username");
    const normalised = normaliseLoginId(attribute.type, value, ctx.project.config.identity.login_id.types);
    if (!normalised) throw getUsersInvalidArgument("invalid attributeValue");
    return this.users.byClaim(ctx, tx, { name: attribute.name, value: normalised.value });
  }

  /** The owner of an account at a provider. Throws GetUsersInvalidArgument. */
  async bySocialAccount(ctx: ProjectContext, tx: Tx, account: { alias: string; subjectId: string }): Promise<User | undefined> {
    const uniqueKey = this.social.accountKey(ctx, account);
    if (uniqueKey === undefined) throw getUsersInvalidArgument("invalid OAuth provider alias");
    return this.users.byIdentity(ctx, tx, { type: "oauth", uniqueKey });
  }
}
