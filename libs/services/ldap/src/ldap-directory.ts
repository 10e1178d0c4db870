import { Injectable, Optional } from "@nestjs/common";
import { type Client, type Entry, type Filter, InappropriateAuthError, InvalidCredentialsError, NoSuchObjectError } from "ldapts";
import { invalidConfiguration } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { isApiError, unexpectedError } from "@gatehouse/platform-errors-core";
import { onDirectory } from "./directory-connection.js";
import { DirectoryLimits } from "./directory-limits.js";
import { type DirectoryEntry, type DirectoryServer, readEntry } from "./read-entry.js";
import { searchFilter } from "./search-filter.js";

/** Longer texts are no user names and no passwords, and never leave this process. */
const MAX_CHARACTERS = { username: 1024, password: 8192 };

const SEARCH_SECONDS = 10;
const TWO_ENTRIES = 2;

/** ldapts gives the bytes of an attribute when this list has its name; all of them are wanted, whatever they are called. */
const everyAttribute: string[] = Object.assign([], { includes: () => true });

/** What a person typed. */
export interface DirectoryCredentials {
  serverName: string;
  username: string;
  password: string;
}

/** Sign-in with a directory: the entry is searched, then bound to with the person's password (RFC 4511, 4513; spec: providers §C). */
@Injectable()
export class LdapDirectory {
  constructor(@Optional() private readonly limits: DirectoryLimits = new DirectoryLimits()) {}

  /** Names of the configured servers in order. */
  servers(ctx: ProjectContext): string[] {
    return (ctx.project.config.identity.ldap.servers ?? []).map(({ name }) => name);
  }

  /**
   * The entry whose password was given. Undefined, for the caller to tell nobody more: no entry or several, a wrong password, no attribute that identifies the entry.
   * Throws `InvalidConfiguration` for an unknown server, a filter that is none, or a refused search account; `UnexpectedError` when the server cannot be reached or answers with another error.
   */
  async authenticate(ctx: ProjectContext, { serverName, username, password }: DirectoryCredentials): Promise<DirectoryEntry | undefined> {
    const server = ctx.project.config.identity.ldap.servers?.find(({ name }) => name === serverName);
    if (!server) throw invalidConfiguration("the LDAP server is not configured");
    if (!isText(username, MAX_CHARACTERS.username) || !isText(password, MAX_CHARACTERS.password)) return undefined;
    const filter = filterOf(server, username);
    const onPlainText = (reason: string) => ctx.log.warn({ ldap_server: serverName, reason }, "The directory has no TLS that can be verified: passwords travel in plain text.");
    try {
      return await onDirectory({ url: server.url, limits: this.limits, onPlainText }, async (client) => {
        await bindSearchAccount(ctx, client, serverName);
        const entry = await findEntry(client, server, filter);
        return entry && (await isPasswordOf(client, entry, password)) ? readEntry(ctx, entry, { server, username }) : undefined;
      });
    } catch (error) {
      if (isApiError(error)) throw error;
      throw unexpectedError(error);
    }
  }
}

/**
 * Something was typed. An empty password must never be bound with: many directories take it for a wish to be anonymous and answer with success (RFC 4513 §5.1.2);
 * those written in C may take one that starts with NUL for empty.
 */
const isText = (text: string, max: number): boolean => text !== "" && text.length <= max && !text.includes("\0");

function filterOf(server: DirectoryServer, username: string): Filter {
  try {
    return searchFilter(server.search_filter_template, username);
  } catch {
    throw invalidConfiguration(`search_filter_template of the LDAP server ${server.name} gives no filter`);
  }
}

/** Without an account the search is anonymous: no bind at all. */
async function bindSearchAccount(ctx: ProjectContext, client: Client, serverName: string): Promise<void> {
  const { dn, password } = ctx.project.secrets.ldap?.items.find(({ name }) => name === serverName) ?? {};
  if (!dn || !password) return;
  try {
    await client.bind(dn, password);
  } catch (error) {
    if (error instanceof InvalidCredentialsError) throw invalidConfiguration(`the LDAP server ${serverName} refuses the search account`);
    throw error;
  }
}

/** The entry, if it is the only one that the filter finds. */
async function findEntry(client: Client, server: DirectoryServer, filter: Filter): Promise<Entry | undefined> {
  const { searchEntries } = await client.search(server.base_dn, {
    scope: "sub",
    derefAliases: "always",
    sizeLimit: TWO_ENTRIES,
    timeLimit: SEARCH_SECONDS,
    filter,
    attributes: [], // all of them (RFC 4511 §4.5.1.8)
    explicitBufferAttributes: everyAttribute,
  });
  return searchEntries.length === 1 ? searchEntries[0] : undefined;
}

/** A name that is none would make the bind anonymous, or one of another kind. */
async function isPasswordOf(client: Client, { dn }: Entry, password: string): Promise<boolean> {
  if (typeof dn !== "string" || !dn.includes("=")) return false;
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof InvalidCredentialsError || error instanceof InappropriateAuthError || error instanceof NoSuchObjectError) return false;
    throw error;
  }
}
