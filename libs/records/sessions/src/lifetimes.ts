import type { ProjectConfig } from "@gatehouse/domain-config";
import { clientLifetimes, DEFAULT_CLIENT_LIFETIME, idpSessionLifetime } from "@gatehouse/domain-session";

/** A project with more clients than this does not name them in every statement; records of clients that are gone stay then. */
const NAMED_CLIENTS = 200;

const known = new WeakMap<ProjectConfig, string>();

/** Today's lifetimes of a project, as one jsonb parameter of a statement: of IdP sessions, of clients in general, of clients with their own; and which clients there are. */
export function lifetimes(config: ProjectConfig): string {
  const text = known.get(config) ?? made(config);
  known.set(config, text);
  return text;
}

function made(config: ProjectConfig): string {
  const clients = clientLifetimes(config);
  const own = clients.filter(({ lifetime, idle }) => lifetime !== DEFAULT_CLIENT_LIFETIME.lifetime || idle !== DEFAULT_CLIENT_LIFETIME.idle);
  return JSON.stringify({
    idp: idpSessionLifetime(config),
    usual: DEFAULT_CLIENT_LIFETIME,
    own: Object.fromEntries(own.map(({ client_id, lifetime, idle }) => [client_id, { lifetime, idle }])),
    known: clients.length > NAMED_CLIENTS ? null : clients.map(({ client_id }) => client_id),
  });
}

/** Numbers of the parameters that hold the time and `lifetimes`. */
interface Parameters {
  now: string;
  lifetimes: string;
}

const lasts = (row: string, now: string, seconds: (name: "lifetime" | "idle") => string): string =>
  ["created_at", "last_access_at"]
    .map((column, index) => `${row}.${column} + make_interval(secs => ${seconds(index === 0 ? "lifetime" : "idle")}) >= ${now}::timestamptz`)
    .join(" and ");

/** Whether the IdP session of a row is alive. */
export const idpIsAlive = (row: string, { now, lifetimes: all }: Parameters): string => lasts(row, now, (name) => `(${all}::jsonb #>> '{idp,${name}}')::float8`);

/** Whether a row lives by the lifetimes of the client that a column names, whether there is such a client or not. */
export const lastsByClient = (row: string, column: string, { now, lifetimes: all }: Parameters): string =>
  lasts(row, now, (name) => `coalesce((${all}::jsonb #>> array['own', ${row}.${column}, '${name}'])::float8, (${all}::jsonb #>> '{usual,${name}}')::float8)`);

/** Whether a row lives, and its client is there. */
export const clientRowIsAlive = (row: string, column: string, at: Parameters): string =>
  `(${at.lifetimes}::jsonb -> 'known' = 'null' or jsonb_exists(${at.lifetimes}::jsonb -> 'known', ${row}.${column})) and ${lastsByClient(row, column, at)}`;
