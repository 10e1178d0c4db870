import { describe, expect, it } from "vitest";
import type { EventEnvelope } from "@gatehouse/domain-events";
import { affectedUsers } from "./affected-users.js";

const event = (type: string, payload: Record<string, unknown>, user_id: string | null = null) =>
  ({ id: "1", seq: 1, type, payload, context: { user_id, app_id: "p" } }) as unknown as EventEnvelope;
const admin = (name: string) => `admin_api.mutation.${name}.executed`;

describe("users whose documents an event made stale", () => {
  it.each([
    ["user.created", { user: { id: "u" } }, { users: ["u"] }],
    ["user.deleted", { user: { id: "u" } }, { users: ["u"] }],
    ["user.authenticated", { user: { id: "u" }, session: {} }, { users: ["u"] }],
    ["identity.email.updated", { user: { id: "u" } }, { users: ["u"] }],
    [admin("set_disabled_status"), { user: { id: "u" }, is_disabled: true }, { users: ["u"] }],
    [admin("add_user_to_roles"), { user_id: "u", role_ids: ["r"] }, { users: ["u"] }],
    [admin("remove_role_from_users"), { role_key: "k", user_ids: ["u", "v"] }, { users: ["u", "v"] }],
    [admin("add_group_to_users"), { group_id: "g", user_ids: ["u"] }, { users: ["u"] }],
    [admin("remove_group_from_roles"), { group_id: "g", role_ids: ["r"] }, { groups: ["g"] }],
    [admin("add_role_to_groups"), { role_id: "r", group_ids: ["g", "h"] }, { groups: ["g", "h"] }],
    [admin("update_role"), { original_role: { id: "r" }, new_role: { id: "r" } }, { roles: ["r"] }],
    [admin("update_group"), { original_group: { id: "g" }, new_group: { id: "g" } }, { groups: ["g"] }],
    [admin("delete_role"), { role: { id: "r" }, role_group_ids: ["g"], role_user_ids: ["u"] }, { users: ["u"], groups: ["g"] }],
    [admin("delete_group"), { group: { id: "g" }, group_role_ids: ["r"], group_user_ids: ["u"] }, { users: ["u"] }],
    [admin("create_role"), { role: { id: "r" } }, {}],
    ["sms.sent", { recipient: "+85298765432" }, {}],
    ["nobody.knows", { user: { id: "u" } }, {}],
  ])("%s", (type, payload, expected) => {
    expect(affectedUsers(event(type, payload))).toEqual({ users: [], groups: [], roles: [], ...expected });
  });

  it("takes the user of the context as well, and nothing that is no text", () => {
    expect(affectedUsers(event("user.authenticated", { user: null }, "u")).users).toEqual(["u"]);
    expect(affectedUsers(event(admin("add_role_to_users"), { user_ids: [1, null, "", {}] })).users).toEqual([]);
  });
});
