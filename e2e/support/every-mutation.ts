import { type Admin, nodes } from "./admin.js";
import { readDatabase } from "./database.js";
import { byEmail, newPassword } from "./inputs.js";
import { tokensOf } from "./oauth.js";

const URI = "https://api.example.com/orders";
const PASSWORD = "correct horse battery";
const soon = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
type Run = (mutation: string, input: Record<string, unknown>, selection?: string) => Promise<any>;
const email = (value: string) => ({ loginID: { key: "email", value } });

async function credentials(run: Run): Promise<string> {
  const { user } = await run("createUser", { definition: email("ann@example.com"), password: PASSWORD });
  const userID = user.id;
  await run("resetPassword", { userID, password: `${PASSWORD} 2` });
  await run("setPasswordExpired", { userID, expired: true });
  await run("sendResetPasswordMessage", { loginID: "ann@example.com" }, "");
  await run("generateOOBOTPCode", { target: "ann@example.com" }, "code");
  const { identity } = await run("createIdentity", { userID, definition: email("two@example.com") }, "identity { id }");
  await run("updateIdentity", { userID, identityID: identity.id, definition: email("three@example.com") }, "identity { id }");
  await run("deleteIdentity", { identityID: identity.id });
  const password = { kind: "SECONDARY", type: "PASSWORD", password: { password: PASSWORD } };
  const { authenticator } = await run("createAuthenticator", { userID, definition: password }, "authenticator { id }");
  await run("deleteAuthenticator", { authenticatorID: authenticator.id });
  await run("setVerifiedStatus", { userID, claimName: "email", claimValue: "ann@example.com", isVerified: true });
  await run("updateUser", { userID, standardAttributes: { given_name: "Ann" } });
  return userID;
}

async function lifecycle(run: Run, userID: string): Promise<void> {
  await run("setDisabledStatus", { userID, isDisabled: true });
  await run("setAccountValidFrom", { userID, accountValidFrom: soon(-2) });
  await run("setAccountValidUntil", { userID, accountValidUntil: soon(2) });
  await run("setAccountValidPeriod", { userID, accountValidFrom: soon(-2), accountValidUntil: soon(2) });
  await run("scheduleAccountDeletion", { userID });
  await run("unscheduleAccountDeletion", { userID });
  await run("scheduleAccountAnonymization", { userID });
  await run("unscheduleAccountAnonymization", { userID });
  await run("setMFAGracePeriod", { userID, endAt: soon(2) });
  await run("removeMFAGracePeriod", { userID });
  await run("resetAccountLockout", { userID });
}

async function rolesAndGroups(run: Run, userID: string): Promise<void> {
  const [userIDs, ofRoles, ofGroups] = [[userID], "role { id }", "group { id }"];
  const { role } = await run("createRole", { key: "r" }, ofRoles);
  const { group } = await run("createGroup", { key: "g" }, ofGroups);
  await run("updateRole", { id: role.id, name: "R" }, ofRoles);
  await run("updateGroup", { id: group.id, name: "G" }, ofGroups);
  for (const [add, remove] of [
    ["addRoleToGroups", "removeRoleFromGroups"],
    ["addGroupToRoles", "removeGroupFromRoles"],
    ["addRoleToUsers", "removeRoleFromUsers"],
    ["addGroupToUsers", "removeGroupFromUsers"],
    ["addUserToRoles", "removeUserFromRoles"],
    ["addUserToGroups", "removeUserFromGroups"],
  ] as const) {
    const [, one, many] = /^add([A-Z][a-z]+)To([A-Z][a-z]+)$/.exec(add) as unknown as [string, string, string];
    const input = {
      ...{ Role: { roleKey: "r" }, Group: { groupKey: "g" }, User: { userID } }[one],
      ...{ Roles: { roleKeys: ["r"] }, Groups: { groupKeys: ["g"] }, Users: { userIDs } }[many],
    };
    for (const mutation of [add, remove]) await run(mutation, input, `${one.toLowerCase()} { id }`);
  }
  await run("deleteRole", { id: role.id }, "ok");
  await run("deleteGroup", { id: group.id }, "ok");
}

async function resources(run: Run): Promise<void> {
  const [ofClient, scopes] = [{ resourceURI: URI, clientID: "app" }, "scopes { id }"];
  await run("createResource", { resourceURI: URI }, "resource { id }");
  await run("updateResource", { resourceURI: URI, name: "Orders" }, "resource { id }");
  await run("createScope", { resourceURI: URI, scope: "read" }, "scope { id }");
  await run("updateScope", { resourceURI: URI, scope: "read", description: "Reads" }, "scope { id }");
  await run("addResourceToClientID", ofClient, "resource { id }");
  for (const mutation of ["addScopesToClientID", "replaceScopesOfClientID", "removeScopesFromClientID"]) await run(mutation, { ...ofClient, scopes: ["read"] }, scopes);
  await run("removeResourceFromClientID", ofClient, "resource { id }");
  await run("deleteScope", { resourceURI: URI, scope: "read" }, "ok");
  await run("deleteResource", { resourceURI: URI }, "ok");
}

async function sessions(admin: Admin, run: Run): Promise<string> {
  const browser = admin.project.browser();
  await browser.finish("signup", [byEmail("bob@example.com"), newPassword()]);
  await tokensOf(browser);
  const shown = `{ getUserByLoginID(loginIDKey: "email", loginIDValue: "bob@example.com") { id sessions { edges { node { id } } } } }`;
  const { id: userID, sessions } = (await admin.ask(shown)).getUserByLoginID;
  await run("createSession", { userID, clientID: "app" }, "accessToken");
  await run("revokeSession", { sessionID: nodes(sessions)[0].id });
  await run("revokeAllSessions", { userID });
  const [row] = await readDatabase("select id from client_authorization where project_id = $1", [admin.project.id]);
  await run("deleteAuthorization", { authorizationID: Buffer.from(`Authorization:${row?.id}`).toString("base64url") });
  return userID;
}

/** The users of `runEveryMutation`, both gone or anonymized at its end, and the names of what was run. */
export interface Executed {
  mutations: string[];
  userIDs: string[];
}

/** Runs every mutation of the Admin API once. The project has the feature `admin_api.create_session_enabled`. */
export async function runEveryMutation(admin: Admin): Promise<Executed> {
  const mutations: string[] = [];
  const run: Run = async (mutation, input, selection) => {
    const payload = await admin.mutate(mutation, input, selection);
    mutations.push(mutation);
    return payload;
  };
  const ann = await credentials(run);
  await lifecycle(run, ann);
  await rolesAndGroups(run, ann);
  await resources(run);
  const bob = await sessions(admin, run);
  await run("anonymizeUser", { userID: bob }, "anonymizedUserID");
  await run("deleteUser", { userID: ann, reason: "asked" }, "deletedUserID");
  return { mutations, userIDs: [ann, bob] };
}
