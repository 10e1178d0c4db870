import { eventId } from "@gatehouse/domain-events";
import { AuditLogModule, RecordEvents } from "@gatehouse/feature-audit-log";
import { FraudDecisionsModule, RecordDecisions } from "@gatehouse/feature-fraud-protection";
import { type TestProject, testModule } from "@gatehouse/platform-testing";
import { toGlobalId } from "@gatehouse/platform-graphql";
import type { AdminClient } from "./admin-client.js";
import { authorizationId, eventsOf, sessionId } from "./admin-rows.js";
import { PHONE, signInProject } from "./sign-in-project.js";

/** A word in whatever a project's rows say that nobody asks for by it. */
export const SECRET = "wall-secret-3f9c";

/** What a project's rows are asked for by: ids and words by the names of arguments, or `mutation.argument`. */
export type Values = Record<string, unknown>;

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const URI = "https://api.test/wall";

/** A project with something of every kind. */
export async function fullProject(api: AdminClient): Promise<{ target: TestProject; values: Values }> {
  const { target, id, userId, signIns } = await signInProject(api, { admin_api: { create_session_enabled: true } });
  const run = async (name: string, input: object, shown: string) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await api.ask(target, `mutation($input: ${type}!) { ${name}(input: $input) { ${shown} } }`, { variables: { input } });
    if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    return data[name];
  };
  const described = { name: SECRET, description: SECRET };
  await run("updateUser", { userID: id, standardAttributes: { given_name: SECRET } }, "user { id }");
  const role = (await run("createRole", { key: "wall_role", ...described }, "role { id }")).role.id;
  const group = (await run("createGroup", { key: "wall_group", ...described }, "group { id }")).group.id;
  await run("addUserToRoles", { userID: id, roleKeys: ["wall_role"] }, "user { id }");
  await run("addUserToGroups", { userID: id, groupKeys: ["wall_group"] }, "user { id }");
  const resource = (await run("createResource", { resourceURI: URI, name: SECRET }, "resource { id }")).resource.id;
  const scope = (await run("createScope", { resourceURI: URI, scope: "wall.read", description: SECRET }, "scope { id }")).scope.id;
  await run("addResourceToClientID", { resourceURI: URI, clientID: "spa" }, "resource { id }");
  await run("addScopesToClientID", { resourceURI: URI, clientID: "spa", scopes: ["wall.read"] }, "scopes { id }");
  const definition = { kind: "PRIMARY", type: "PASSWORD", password: { password: "correct horse battery" } };
  const authenticator = (await run("createAuthenticator", { userID: id, definition }, "authenticator { id }")).authenticator.id;
  const [browser, grant] = [await signIns.browser(userId), await signIns.grant({ userId, also: ["third"], deviceInfo: { ...PHONE, more: SECRET } })];
  const consent = authorizationId(await signIns.authorization(userId, "third"));
  const { data } = await api.ask(target, "query($id: ID!) { node(id: $id) { ... on User { loginIDs { id } } } }", { variables: { id } });
  const identity = data.node.loginIDs[0].id;
  const [auditLog, decision] = await records(target);
  const ids = [id, identity, authenticator, sessionId(browser), sessionId(grant), consent, role, group, resource, scope, auditLog, decision];
  return { target, values: { ...words({ id, identity, authenticator, session: sessionId(grant), consent, role, group }), ids, id } };
}

/** The audit log and a decision of fraud protection, as the worker keeps them. Their node ids. */
async function records(target: TestProject): Promise<[string, string]> {
  const module = await testModule([AuditLogModule, FraudDecisionsModule]);
  const of = (rows: object[]) => rows.map((row) => ({ value: JSON.stringify(row) }));
  const events = (await eventsOf(target)).map((row: any) => ({ id: eventId(Number(row.seq)), seq: Number(row.seq), type: row.type, payload: row.payload, context: row.context }));
  await module.get(RecordEvents).run(of(events), quiet);
  const seq = Number(events.at(-1)?.seq) + 1_000_000;
  const action_detail = { recipient: SECRET, type: "verification", phone_number_country_code: "HK" };
  const record = { timestamp: new Date().toISOString(), decision: "blocked", action: "send_sms", action_detail, triggered_warnings: [], user_agent: SECRET };
  const context = { timestamp: Math.floor(Date.now() / 1000), app_id: target.project.id };
  await module.get(RecordDecisions).run(of([{ id: eventId(seq), seq, type: "fraud_protection.decision_recorded", payload: { record }, context }]), quiet);
  await module.close();
  return [toGlobalId("AuditLog", events[0]?.id as string), toGlobalId("FraudProtectionDecisionRecord", eventId(seq))];
}

type Ids = Record<"id" | "identity" | "authenticator" | "session" | "consent" | "role" | "group", string>;

function words({ id, identity, authenticator, session, consent, role, group }: Ids): Values {
  const email = "a@example.com";
  const [now, hour] = [Date.now(), 3_600_000];
  const login = Object.fromEntries(["createUser", "createIdentity", "updateIdentity"].map((name) => [`${name}.key`, "email"]));
  const cursor = Buffer.from("offset:0").toString("base64url");
  return {
    userID: id,
    userIDs: [id],
    identityID: identity,
    authenticatorID: authenticator,
    sessionID: session,
    authorizationID: consent,
    ...Object.fromEntries(["updateRole", "deleteRole"].map((name) => [`${name}.id`, role])),
    ...Object.fromEntries(["updateGroup", "deleteGroup"].map((name) => [`${name}.id`, group])),
    "roles.excludedIDs": [role],
    "groups.excludedIDs": [group],
    ...login,
    "createRole.key": "wall_role",
    "createGroup.key": "wall_group",
    value: email,
    email,
    loginID: email,
    loginIDKey: "email",
    loginIDValue: email,
    attributeName: "email",
    attributeValue: email,
    emailAddresses: [email],
    phoneNumbers: ["+85298765432"],
    phone: "+85298765432",
    target: email,
    purpose: "LOGIN",
    claimName: "email",
    claimValue: email,
    isVerified: true,
    oauthProviderAlias: "google",
    oauthProviderUserID: "1",
    roleKey: "wall_role",
    roleKeys: ["wall_role"],
    groupKey: "wall_group",
    groupKeys: ["wall_group"],
    resourceURI: URI,
    scope: "wall.read",
    scopes: ["wall.read"],
    clientID: "spa",
    name: "new",
    description: "new",
    kind: "PRIMARY",
    type: "PASSWORD",
    password: "correct horse battery",
    isDisabled: true,
    expired: true,
    endAt: new Date(now + hour).toISOString(),
    rangeFrom: new Date(now - hour).toISOString(),
    rangeTo: new Date(now + hour).toISOString(),
    searchKeyword: "wall",
    search: "wall",
    activityTypes: ["USER_CREATED"],
    verdicts: ["blocked"],
    sortDirection: "ASC",
    sortBy: "LAST_LOGIN_AT",
    first: 2,
    after: cursor,
    before: cursor,
  };
}
