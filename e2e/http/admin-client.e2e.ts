import { ClientError } from "graphql-request";
import type { JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { AdminClient } from "../admin-client/admin-client.js";
import {
  CreatePersonDocument,
  DeletePersonDocument,
  DisablePersonDocument,
  FindByLoginIdDocument,
  GiveRoleDocument,
  MakeRoleDocument,
  PersonLogDocument,
  SearchPeopleDocument,
  SetVerifiedDocument,
  UpdatePersonDocument,
} from "../admin-client/operations.js";
import { loginInputs, runFlow } from "../support/flow.js";
import { base, demoConfig, operator, until } from "../support/platform.js";

const stamp = Date.now();
const emailOf = (name: string): string => `${name}-${stamp}@example.com`;
/** A node of the type named here, or undefined. */
const nodes = <T>(connection: { edges?: ({ node?: T | null } | null)[] | null } | null | undefined): T[] =>
  (connection?.edges ?? []).flatMap((edge) => (edge?.node ? [edge.node] : []));

interface Job {
  id: string;
  status: string;
  summary?: { total: number; inserted: number; updated: number; skipped: number; failed: number };
  download_url?: string;
}

describe("a customer's back office on the Admin API", () => {
  let admin: AdminClient;

  beforeAll(async () => {
    await operator("PUT", "projects/demo", { files: { "authgear.yaml": demoConfig({}) } });
    const { files } = await operator<{ files: Record<string, string> }>("GET", "projects/demo");
    const { secrets } = parse(files["authgear.secrets.yaml"] as string) as { secrets: { key: string; data: { keys: JWK[] } }[] };
    const key = secrets.find((secret) => secret.key === "admin-api.auth")?.data.keys[0] as JWK;
    admin = new AdminClient({ endpoint: base, projectId: "demo", key });
  });

  it("creates, finds, searches, updates, verifies, disables and deletes a user", async () => {
    const email = emailOf("ann");
    const { createUser } = await admin.run(CreatePersonDocument, { email, password: "correct horse battery" });
    const userID = createUser.user.id;
    expect(createUser.user).toMatchObject({ isDisabled: false, endUserAccountID: email, standardAttributes: { email, email_verified: false } });

    const { getUserByLoginID: found } = await admin.run(FindByLoginIdDocument, { email: email.toUpperCase() });
    expect(found).toMatchObject({ id: userID, primaryPassword: { kind: "PRIMARY" } });
    expect(found?.loginIDs[0]?.claims).toMatchObject({ email });

    const { updateUser } = await admin.run(UpdatePersonDocument, { userID, standardAttributes: { given_name: "Ann", family_name: `Lee${stamp}` } });
    expect(updateUser.user).toMatchObject({ formattedName: `Ann Lee${stamp}`, standardAttributes: { email } });

    const { setVerifiedStatus } = await admin.run(SetVerifiedDocument, { userID, email });
    expect(setVerifiedStatus.user.verifiedClaims).toEqual([{ name: "email", value: email }]);

    const key = `staff_${stamp}`;
    await admin.run(MakeRoleDocument, { key, name: "Staff" });
    const { addUserToRoles } = await admin.run(GiveRoleDocument, { userID, roleKeys: [key] });
    expect(nodes(addUserToRoles.user.roles)).toEqual([{ key }]);

    const listed = await until(async () => {
      const { users } = await admin.run(SearchPeopleDocument, { keyword: `Lee${stamp}`, roleKeys: [key], first: 5 });
      return nodes(users).find(({ id }) => id === userID);
    }, "the user in the search");
    expect(listed.formattedName).toBe(`Ann Lee${stamp}`);

    const { setDisabledStatus } = await admin.run(DisablePersonDocument, { userID, isDisabled: true, reason: "left" });
    expect(setDisabledStatus.user).toMatchObject({ isDisabled: true, disableReason: "left" });
    const again = await admin.run(DisablePersonDocument, { userID, isDisabled: true, reason: "left" }).catch((error: unknown) => error);
    expect((again as ClientError).response.errors?.[0]?.extensions).toMatchObject({ reason: "InvalidAccountStatusTransition", info: { from: "disabled", to: "disabled" } });

    const { deleteUser } = await admin.run(DeletePersonDocument, { userID, reason: "asked" });
    expect(deleteUser.deletedUserID).toBe(userID);
    expect((await admin.run(FindByLoginIdDocument, { email })).getUserByLoginID).toBeNull();
  });

  it("reads in the audit log what it did, and each mutation once", async () => {
    const { createUser } = await admin.run(CreatePersonDocument, { email: emailOf("bob"), password: null });
    const userID = createUser.user.id;
    await admin.run(DisablePersonDocument, { userID, isDisabled: true });
    const kinds = await until(async () => {
      const { auditLogs } = await admin.run(PersonLogDocument, { userIDs: [userID] });
      const types = nodes(auditLogs).map(({ activityType }) => activityType);
      return types.length >= 4 ? types.toSorted() : undefined;
    }, "the audit log");
    expect(kinds).toEqual(["ADMIN_API_MUTATION_CREATE_USER_EXECUTED", "ADMIN_API_MUTATION_SET_DISABLED_STATUS_EXECUTED", "USER_CREATED", "USER_DISABLED"]);
    const { auditLogs } = await admin.run(PersonLogDocument, { userIDs: [userID], activityTypes: ["USER_CREATED"] });
    expect(nodes(auditLogs)[0]?.data).toMatchObject({ context: { triggered_by: "admin_api", app_id: "demo" } });
  });

  it("walks through every page of a list once", async () => {
    const made = await Promise.all(Array.from({ length: 7 }, (_, n) => admin.run(CreatePersonDocument, { email: emailOf(`page${n}`), password: null })));
    const seen: string[] = [];
    let after: string | null | undefined;
    do {
      const { users } = await admin.run(SearchPeopleDocument, { first: 3, after });
      seen.push(...nodes(users).map(({ id }) => id));
      after = users?.pageInfo.hasNextPage && nodes(users).length > 0 ? users.pageInfo.endCursor : undefined;
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    expect(made.map(({ createUser }) => createUser.user.id).every((id) => seen.includes(id))).toBe(true);
  });

  it("imports users with their passwords, and exports them", async () => {
    // The hash of "secret of before" by another system.
    const password_hash = "$2b$10$qxlR/FfspjRPkqHv4jnaH.Qadc0FOJZ7K4AD5Fp0NIYF65D/jU8iK";
    const records = [1, 2, 3].map((n) => ({ email: emailOf(`import${n}`), email_verified: true, given_name: `Imported ${n}`, password: { type: "bcrypt", password_hash } }));
    const started = await admin.rest<Job>("POST", "/users/import", { identifier: "email", records });
    const done = await until(async () => {
      const job = await admin.rest<Job>("GET", `/users/import/${started.id}`);
      return job.status === "completed" ? job : undefined;
    }, "the import");
    expect(done.summary).toEqual({ total: 3, inserted: 3, updated: 0, skipped: 0, failed: 0 });
    await runFlow(base, "login", loginInputs(emailOf("import1"), "secret of before"));

    const asked = await admin.rest<Job>("POST", "/users/export", { format: "ndjson" });
    const exported = await until(async () => {
      const job = await admin.rest<Job>("GET", `/users/export/${asked.id}`);
      return job.status === "completed" ? job : undefined;
    }, "the export");
    const text = await (await fetch(exported.download_url as string)).text();
    const rows = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { email?: string; given_name?: string; email_verified: boolean });
    expect(rows.filter(({ email }) => email?.startsWith("import") && email.endsWith(`${stamp}@example.com`))).toHaveLength(3);
    expect(rows.find(({ email }) => email === emailOf("import2"))).toMatchObject({ given_name: "Imported 2", email_verified: true });
  });
});
