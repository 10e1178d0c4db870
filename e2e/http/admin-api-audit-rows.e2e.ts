import { beforeAll, describe, expect, it } from "vitest";
import { Admin } from "../support/admin.js";
import { type Executed, runEveryMutation } from "../support/every-mutation.js";

const WITHOUT_ROW = ["setMFAGracePeriod", "removeMFAGracePeriod"];
/** What the payload of each row tells; `*` marks rows of the user that was changed. */
const PAYLOADS: Record<string, string> = {
  "ANONYMIZE_USER *": "user",
  "CREATE_USER *": "user",
  "RESET_PASSWORD *": "user",
  "REVOKE_ALL_SESSIONS *": "user",
  "SCHEDULE_ACCOUNT_DELETION *": "user",
  "UNSCHEDULE_ACCOUNT_DELETION *": "user",
  "SCHEDULE_ACCOUNT_ANONYMIZATION *": "user",
  "UNSCHEDULE_ACCOUNT_ANONYMIZATION *": "user",
  "UPDATE_USER *": "user",
  "CREATE_AUTHENTICATOR *": "authenticator,user",
  "DELETE_AUTHENTICATOR *": "authenticator,user",
  "CREATE_IDENTITY *": "identity,user",
  "UPDATE_IDENTITY *": "identity,user",
  "DELETE_IDENTITY *": "identity,user",
  "CREATE_SESSION *": "session,user",
  "REVOKE_SESSION *": "session,user",
  "DELETE_USER *": "reason,user",
  "SET_PASSWORD_EXPIRED *": "expired,user",
  "SET_DISABLED_STATUS *": "is_disabled,user",
  "SET_ACCOUNT_VALID_FROM *": "account_valid_from,user",
  "SET_ACCOUNT_VALID_UNTIL *": "account_valid_until,user",
  "SET_ACCOUNT_VALID_PERIOD *": "account_valid_from,account_valid_until,user",
  "RESET_ACCOUNT_LOCKOUT *": "previous_lockout_status,user",
  SET_VERIFIED_STATUS: "claim_name,claim_value,is_verified",
  GENERATE_OOB_OTP_CODE: "purpose,target",
  SEND_RESET_PASSWORD_MESSAGE: "login_id",
  DELETE_AUTHORIZATION: "authorization",
  "ADD_USER_TO_ROLES *": "role_ids,user_id",
  "REMOVE_USER_FROM_ROLES *": "role_ids,user_id",
  "ADD_USER_TO_GROUPS *": "group_ids,user_id",
  "REMOVE_USER_FROM_GROUPS *": "group_ids,user_id",
  ADD_ROLE_TO_USERS: "role_key,user_ids",
  REMOVE_ROLE_FROM_USERS: "role_key,user_ids",
  ADD_GROUP_TO_USERS: "group_id,user_ids",
  REMOVE_GROUP_FROM_USERS: "group_id,user_ids",
  ADD_GROUP_TO_ROLES: "group_id,role_ids",
  REMOVE_GROUP_FROM_ROLES: "group_id,role_ids",
  ADD_ROLE_TO_GROUPS: "group_ids,role_id",
  REMOVE_ROLE_FROM_GROUPS: "group_ids,role_id",
  CREATE_ROLE: "role",
  CREATE_GROUP: "group",
  UPDATE_ROLE: "new_role,original_role",
  UPDATE_GROUP: "new_group,original_group",
  DELETE_ROLE: "role,role_group_ids,role_user_ids",
  DELETE_GROUP: "group,group_role_ids,group_user_ids",
  CREATE_RESOURCE: "resource",
  DELETE_RESOURCE: "resource",
  CREATE_SCOPE: "scope",
  DELETE_SCOPE: "scope",
  UPDATE_RESOURCE: "new_resource,original_resource",
  UPDATE_SCOPE: "new_scope,original_scope",
  ADD_RESOURCE_TO_CLIENTID: "client_id,resource",
  REMOVE_RESOURCE_FROM_CLIENTID: "client_id,resource",
  ADD_SCOPES_TO_CLIENTID: "client_id,resource_uri,scopes",
  REMOVE_SCOPES_FROM_CLIENTID: "client_id,resource_uri,scopes",
  REPLACE_SCOPES_OF_CLIENTID: "client_id,resource_uri,scopes",
};

const shortName = (activityType: string): string => /^ADMIN_API_MUTATION_(.*)_EXECUTED$/.exec(activityType)?.[1] ?? "";

describe("the audit log of mutations", () => {
  let admin: Admin;
  let executed: Executed;
  let activityTypes: string[];
  let rows: any[];
  beforeAll(async () => {
    admin = await Admin.make({ features: { admin_api: { create_session_enabled: true } } });
    executed = await runEveryMutation(admin);
    const { __type } = await admin.ask(`{ __type(name: "AuditLogActivityType") { enumValues { name } } }`);
    activityTypes = __type.enumValues.map(({ name }: { name: string }) => name).filter(shortName);
    rows = await admin.settledLogs({ activityTypes });
  });

  it("has one row for each that was executed, save those of the grace period", async () => {
    const { __schema } = await admin.ask("{ __schema { mutationType { fields { name } } } }");
    const all: string[] = __schema.mutationType.fields.map(({ name }: { name: string }) => name);
    expect(executed.mutations.toSorted()).toEqual(all.toSorted());
    const expected = all.filter((name) => !WITHOUT_ROW.includes(name)).map((name) => name.toUpperCase());
    expect(rows.map(({ activityType }) => shortName(activityType).replaceAll("_", "")).toSorted()).toEqual(expected.toSorted());
    expect(new Set(rows.map(({ data }) => data.context.triggered_by))).toEqual(new Set(["admin_api"]));
  });

  it("tells in each row what was changed, and files it under the user where there is one", async () => {
    const ofUsers = new Set((await admin.logs({ activityTypes, userIDs: executed.userIDs })).map(({ activityType }) => activityType));
    const name = (type: string): string => `${shortName(type)}${ofUsers.has(type) ? " *" : ""}`;
    const told = Object.fromEntries(rows.map(({ activityType, data }) => [name(activityType), Object.keys(data.payload).toSorted().join()]));
    expect(told).toEqual(PAYLOADS);
  });

  it("has no secret in any row", async () => {
    expect(JSON.stringify(await admin.logs())).not.toMatch(/correct horse battery|argon2|refresh_token"|access_token"/);
  });
});
