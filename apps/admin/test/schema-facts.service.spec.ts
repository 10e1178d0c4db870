import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from "graphql";
import { GraphqlExecutor } from "@gatehouse/platform-graphql";
import { auditActivityTypes } from "@gatehouse/domain-events";
import { beforeAll, describe, expect, it } from "vitest";
import { presentAuditLog } from "../src/audit-logs/audit-log.presenter.js";
import { presentAuthenticator } from "../src/authenticators/authenticator.presenter.js";
import { presentAuthorization } from "../src/authorizations/authorization.presenter.js";
import { presentIdentity } from "../src/identities/identity.presenter.js";
import { presentFraudDecision } from "../src/fraud-protection/fraud-protection.presenter.js";
import { presentResource, presentScope } from "../src/resources/resource.presenter.js";
import { presentGroup, presentRole } from "../src/roles-groups/role.presenter.js";
import { presentSession } from "../src/sessions/session.presenter.js";
import { presentUser } from "../src/users/user.presenter.js";
import { adminClient } from "./admin-client.js";

/** What we have beyond the contract. */
const OURS = [
  "enum_value\tAuditLogActivityType\tAUTHENTICATION_PRIMARY_PASSKEY_FAILED\t\t\tauthentication.primary.passkey.failed",
  "enum_value\tAuditLogActivityType\tOAUTH_REFRESH_TOKEN_REUSED\t\t\toauth.refresh_token.reused",
];
const FACTS = readFileSync(new URL("./fixtures/admin-api-facts.tsv", import.meta.url), "utf8")
  .split("\n")
  .slice(1)
  .filter(Boolean);

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = (await adminClient()).service.nest.get(GraphqlExecutor).schema;
});

const line = (...cells: string[]): string => cells.join("\t").trimEnd();
const argumentsOf = (args: readonly GraphQLArgument[]): string =>
  args
    .map(({ name, type }) => `${name}: ${type}`)
    .toSorted()
    .join(", ");
const KINDS: Record<string, string> = { Query: "query", Mutation: "mutation" };

function factsOf(type: GraphQLNamedType): string[] {
  const { name } = type;
  if (isScalarType(type)) return [line("scalar", name)];
  if (isEnumType(type)) return type.getValues().map((value) => line("enum_value", name, value.name, "", "", String(value.value)));
  if (isUnionType(type)) return type.getTypes().map((member) => line("union_member", name, member.name));
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => line("input_field", name, field.name, "", String(field.type)));
  const fields = (kind: string) =>
    Object.values(type.getFields()).map((field: GraphQLField<unknown, unknown>) => line(kind, name, field.name, argumentsOf(field.args), String(field.type)));
  if (isInterfaceType(type)) return [line("interface", name), ...fields("interface_field")];
  return [...fields(KINDS[name] ?? "field"), ...(type as GraphQLObjectType).getInterfaces().map((one) => line("implements", name, one.name))];
}

const objectTypes = (): GraphQLObjectType[] => Object.values(schema.getTypeMap()).filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"));

describe("the schema", () => {
  it("has every fact of the contract, and what is ours beside it is named", () => {
    const facts = Object.values(schema.getTypeMap())
      .filter(({ name }) => !name.startsWith("__"))
      .flatMap(factsOf);
    const [served, known] = [new Set(facts), new Set([...FACTS, ...OURS])];
    expect(FACTS).toHaveLength(686);
    expect(facts.filter((fact) => !known.has(fact))).toEqual([]);
    expect([...known].filter((fact) => !served.has(fact))).toEqual([]);
  });

  it("names the audit log's types by their events", () => {
    const type = schema.getType("AuditLogActivityType");
    if (!isEnumType(type)) throw new Error("no such enum");
    for (const { name, value } of type.getValues()) expect(name).toBe(String(value).toUpperCase().replaceAll(".", "_"));
    expect(type.getValues().map(({ value }) => value)).toEqual(expect.arrayContaining([...auditActivityTypes.values()]));
  });

  it("has a resolver for every query and mutation", () => {
    const missing = objectTypes()
      .filter(({ name }) => name === "Query" || name === "Mutation")
      .flatMap((type) => Object.values(type.getFields()).filter(({ resolve }) => !resolve))
      .map(({ name }) => name);
    expect(missing).toEqual([]);
  });

  it("has a resolver for every field that takes arguments or leads to another list", () => {
    const missing = objectTypes().flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => !field.resolve && (field.args.length > 0 || (getNamedType(field.type).name.endsWith("Connection") && !type.name.endsWith("Connection"))))
        .map((field) => `${type.name}.${field.name}`),
    );
    expect(missing).toEqual([]);
  });
});

const at = new Date();
const dated = { id: randomUUID(), createdAt: at, updatedAt: at };
const access = { time: at, ip: "192.0.2.1", userAgent: "curl/8.1.2" };
const SAMPLES: Record<string, () => object> = {
  User: () =>
    presentUser({ ...dated, loginAt: null, lastLoginAt: null, standardAttributes: {}, customAttributes: {}, mfaGracePeriodEndAt: null, metadata: {}, status: {} } as never),
  Identity: () => presentIdentity({ ...dated, type: "login_id", claims: {}, details: {} } as never),
  Authenticator: () => presentAuthenticator({ ...dated, type: "password", kind: "primary", isDefault: true, expireAfter: null } as never),
  Session: () => presentSession({ kind: "idp", session: { ...dated, amr: [], authenticatedAt: at, initialAccess: access, lastAccess: access } as never }),
  Authorization: () => presentAuthorization({ ...dated, userId: "u", clientId: "c", scopes: [] }),
  AuditLog: () =>
    presentAuditLog({ id: "0000000000000001", activityType: "user.created", createdAt: at, ipAddress: null, userAgent: null, clientId: null, data: {}, userId: null } as never),
  Role: () => presentRole({ ...dated, key: "k", name: null, description: null } as never),
  Group: () => presentGroup({ ...dated, key: "k", name: null, description: null } as never),
  FraudProtectionDecisionRecord: () => presentFraudDecision({ ...dated, warnings: [], data: { payload: { record: { action_detail: { type: "verification" } } } } } as never),
  Resource: () => presentResource({ ...dated, uri: "https://api.test", name: null }),
  Scope: () => presentScope({ ...dated, resourceId: randomUUID(), scope: "read", description: null }),
};

describe("every field is filled", () => {
  it.each(Object.keys(SAMPLES))("of %s: by its presenter or a resolver", (name) => {
    const type = schema.getType(name) as GraphQLObjectType;
    const shown = SAMPLES[name]?.() ?? {};
    expect(
      Object.values(type.getFields())
        .filter((field) => !field.resolve && !(field.name in shown))
        .map((field) => field.name),
    ).toEqual([]);
  });
});
