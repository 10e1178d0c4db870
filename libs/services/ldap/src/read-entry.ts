import type { Entry } from "ldapts";
import type { ProjectConfig } from "@gatehouse/domain-config";
import { type LdapIdentity, type LoginIdType, normaliseLoginId } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";

/** A server of `identity.ldap.servers`. */
export type DirectoryServer = NonNullable<ProjectConfig["identity"]["ldap"]["servers"]>[number];

/** An entry whose password was right. */
export interface DirectoryEntry {
  details: LdapIdentity;
  /** `email`, `phone_number`, `preferred_username`, those that the entry has, normalised. */
  claims: Record<string, unknown>;
  /** `{server}:{attribute}:{value in base64}`. */
  uniqueKey: string;
}

/** The raw values of each attribute. */
type Attributes = ReadonlyMap<string, readonly Buffer[]>;

const CLAIMS: readonly { attribute: string; claim: string; type: LoginIdType }[] = [
  { attribute: "mail", claim: "email", type: "email" },
  { attribute: "mobile", claim: "phone_number", type: "phone" },
  { attribute: "uid", claim: "preferred_username", type: "username" },
];

/** Longer ids would not fit an index. */
const MAX_ID_BYTES = 1024;

const isPassword = (name: string): boolean => name.split(";")[0]?.toLowerCase() === "userpassword";

/** Attributes with their bytes; never the password. */
function attributesOf(entry: Entry): Attributes {
  const given = Object.entries(entry).filter(([name]) => name !== "dn" && !isPassword(name));
  return new Map(given.map(([name, values]) => [name, [values].flat().map((value) => Buffer.from(value as string))]));
}

/** First value of an attribute; the case of names does not matter (RFC 4512 §2.5). */
function firstValue(attributes: Attributes, name: string): Buffer | undefined {
  const [, values] = [...attributes].find(([known]) => known.toLowerCase() === name.toLowerCase()) ?? [];
  return values?.find(({ length }) => length > 0);
}

/** Throws a plain error (500) for an email or phone number that does not parse, as with social logins (spec: providers §A.4, §C.2). */
function claimsOf(ctx: ProjectContext, attributes: Attributes): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  for (const { attribute, claim, type } of CLAIMS) {
    const text = firstValue(attributes, attribute)?.toString("utf8");
    if (text === undefined || text.trim() === "") continue;
    const value = normaliseLoginId(type, text, ctx.project.config.identity.login_id.types)?.value;
    if (value === undefined && type !== "username") throw new Error(`The directory gave a malformed ${type}.`);
    if (value !== undefined) claims[claim] = value;
  }
  return claims;
}

/** What is kept of an entry; undefined when it lacks the attribute that identifies it (spec: providers §C.2). */
export function readEntry(ctx: ProjectContext, entry: Entry, { server, username }: { server: DirectoryServer; username: string }): DirectoryEntry | undefined {
  const attributes = attributesOf(entry);
  const id = firstValue(attributes, server.user_id_attribute_name);
  if (!id) return undefined;
  if (id.length > MAX_ID_BYTES) throw new Error("The directory gave a user id that is too long.");
  const base64 = Object.fromEntries([...attributes].map(([name, values]) => [name, values.map((value) => value.toString("base64"))]));
  const details: LdapIdentity = {
    serverName: server.name,
    userIdAttributeName: server.user_id_attribute_name,
    userIdAttributeValue: id.toString("base64"),
    lastLoginUsername: username,
    rawEntry: { ...base64, dn: entry.dn },
  };
  return { details, claims: claimsOf(ctx, attributes), uniqueKey: `${server.name}:${server.user_id_attribute_name}:${details.userIdAttributeValue}` };
}
