import { type TestProject, testProject } from "@gatehouse/platform-testing";
import type { AdminClient } from "./admin-client.js";
import { eventsOf, newUser, SignIns } from "./admin-rows.js";

const client = (client_id: string, x_application_type = "spa") => ({
  client_id,
  name: client_id,
  client_name: client_id,
  x_application_type,
  redirect_uris: ["http://app.test/cb"],
});
const CLIENTS = [client("spa"), client("other"), client("third", "third_party_app"), client("foreign", "third_party_app")];
const SECRETS = [{ key: "oauth.client_secrets", data: { items: ["third", "foreign"].map((client_id) => ({ client_id, keys: [{ kty: "oct", kid: "k", k: "c2VjcmV0" }] })) } }];
/** A project with first-party and third-party clients. */
export const clientProject = (features?: Record<string, unknown>): Promise<TestProject> =>
  testProject({ config: { oauth: { clients: CLIENTS } }, secrets: SECRETS, ...(features ? { features } : {}) });
/** A phone's account of itself. */
export const PHONE = { android: { Build: { MANUFACTURER: "Google", MODEL: "Pixel 7" }, ApplicationInfoLabel: "Shop" } };

/** A project with one user, and a way to sign him in. */
export async function signInProject({ ask, service }: AdminClient, features?: Record<string, unknown>) {
  const target = await clientProject(features);
  return { target, ...(await newUser(ask, target)), signIns: new SignIns(service, target) };
}

const SESSIONS = `query($id: ID!) { node(id: $id) { ... on User {
  sessions { totalCount edges { cursor node { id type clientID displayName applicationName acr amr userAgent createdAt updatedAt lastAccessedAt createdByIP lastAccessedByIP
    lastAccessedByIPCountryCode lastAccessedByIPEnglishCountryName } } }
  authorizations { totalCount edges { cursor node { id clientID scopes createdAt updatedAt } } } } } }`;

/** Where a user is signed in, and whom he lets in. */
export async function accessOf({ ask }: AdminClient, target: TestProject, id: string): Promise<{ sessions: any[]; authorizations: any[]; raw: any }> {
  const { data, errors } = await ask(target, SESSIONS, { variables: { id } });
  if (errors) throw new Error(JSON.stringify(errors));
  const nodes = (connection: any): any[] => connection.edges.map(({ node }: any) => node);
  return { sessions: nodes(data.node.sessions), authorizations: nodes(data.node.authorizations), raw: data.node };
}

/** The events of one type so far. */
export const eventsNamed = async (target: TestProject, name: string) => (await eventsOf(target)).filter(({ type }) => type === name);
