import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLInputObjectType, type GraphQLInputType, type GraphQLOutputType, getNamedType, isInputObjectType, isListType, isNonNullType } from "graphql";
import type { TestProject } from "@gatehouse/platform-testing";
import { beforeAll, describe, expect, it } from "vitest";
import { type AdminClient, adminClient } from "./admin-client.js";
import { fullProject, SECRET, type Values } from "./full-project.js";
import { clientProject } from "./sign-in-project.js";

const schema = buildSchema(readFileSync(new URL("../schema.graphql", import.meta.url), "utf8"));
const fieldsOf = (type: "Query" | "Mutation") => Object.values((type === "Query" ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {});

let api: AdminClient;
let ours: TestProject;
let values: Values;
beforeAll(async () => {
  api = await adminClient();
  ({ target: ours, values } = await fullProject(api));
});

/** A project without anything, in which everything is allowed. */
const other = (): Promise<TestProject> => clientProject({ admin_api: { create_session_enabled: true } });

/** Every row of a project, table by table. */
async function rowsOf({ db, project }: TestProject): Promise<Record<string, string>> {
  return db.read(async (tx) => {
    const tables = await tx.query<{ table_name: string }>(
      "select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name) where c.column_name = 'project_id' and t.table_type = 'BASE TABLE' and t.table_schema = current_schema() order by 1",
    );
    const sums: Record<string, string> = {};
    for (const { table_name } of tables)
      sums[table_name] = String(
        (
          await tx.queryOne(`select count(*) || ':' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as sum from "${table_name}" t where project_id = $1`, [
            project.id,
          ])
        )?.sum,
      );
    return sums;
  });
}

/** A value for an argument, out of the other project. */
function valueFor(name: string, type: GraphQLInputType, owner: string): unknown {
  if (isNonNullType(type)) return valueFor(name, type.ofType, owner);
  const named = getNamedType(type);
  if (isInputObjectType(named)) return inputFor(named, owner);
  const known = values[`${owner}.${name}`] ?? values[name];
  if (known === undefined) return undefined;
  return isListType(type) && !Array.isArray(known) ? [known] : known;
}
function inputFor(type: GraphQLInputObjectType, owner: string): Record<string, unknown> {
  return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, valueFor(field.name, field.type, owner)]));
}

/** Everything that a type shows, two levels down. */
function selection(typeName: string, depth = 3): string {
  const type = schema.getType(typeName);
  if (!type || !("getFields" in type) || depth === 0) return "";
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const inner = String(getNamedType(field.type as GraphQLOutputType));
    const target = schema.getType(inner);
    if (target && "getFields" in target) {
      const inside = selection(inner, inner.endsWith("Connection") || inner.endsWith("Edge") ? depth : depth - 1);
      return inside ? [`${field.name} ${inside}`] : [];
    }
    return target && "getTypes" in target ? [`${field.name} { __typename }`] : [field.name];
  });
  return fields.length > 0 ? `{ __typename ${fields.join(" ")} }` : "";
}

const seen = (body: string): string[] => [SECRET, ours.project.id].filter((text) => body.includes(text));

describe("the wall between projects: what is asked of one with the ids and words of another", () => {
  it("has something to hide", async () => {
    const rows = await rowsOf(ours);
    for (const table of [
      "auth_user",
      "identity",
      "authenticator",
      "idp_session",
      "offline_grant",
      "client_authorization",
      "auth_role",
      "auth_group",
      "user_role",
      "api_resource",
      "api_scope",
      "client_scope",
      "audit_log",
    ])
      expect(Number(rows[table]?.split(":")[0]), table).toBeGreaterThan(0);
    const own = await api.ask(ours, `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } users { edges { node { formattedName } } } }`, { variables: { ids: values.ids } });
    expect([own.errors, own.data.nodes.map(({ id }: any) => id), own.body.includes(SECRET)]).toEqual([undefined, values.ids, true]);
  });

  it.each(fieldsOf("Query").map(({ name }) => name))("query %s shows nothing of it", async (name) => {
    const field = fieldsOf("Query").find((one) => one.name === name);
    if (!field) throw new Error(name);
    const theirs = await other();
    const optional = field.args.filter(({ type }) => !isNonNullType(type) && getNamedType(type).name !== "Int").map((arg) => arg.name);
    const required = field.args.filter((arg) => isNonNullType(arg.type) || arg.name === "first").map((arg) => arg.name);
    for (const chosen of [[], ...optional.map((one) => [one])]) {
      const used = field.args.filter((arg) => [...required, ...chosen].includes(arg.name) && valueFor(arg.name, arg.type, name) !== undefined);
      const variables = Object.fromEntries(used.map((arg) => [arg.name, valueFor(arg.name, arg.type, name)]));
      const [head, tail] =
        used.length > 0 ? [`(${used.map((arg) => `$${arg.name}: ${arg.type}`).join(", ")})`, `(${used.map((arg) => `${arg.name}: $${arg.name}`).join(", ")})`] : ["", ""];
      const type = getNamedType(field.type).name;
      const shown = type === "Node" ? "{ id }" : selection(type, 2);
      const answer = await api.ask(theirs, `query${head} { ${name}${tail} ${shown} }`, { variables });
      // Sessions and authorizations that are not there are errors of `nodes`.
      expect((answer.errors ?? []).filter(({ extensions }) => !extensions && name !== "nodes")).toEqual([]);
      expect([answer.status, seen(answer.body)], `${name} by ${chosen.join()}: ${answer.body.slice(0, 500)}`).toEqual([200, []]);
    }
  });

  it("its nodes are not there", async () => {
    const theirs = await other();
    for (const id of values.ids as string[]) {
      const answer = await api.ask(theirs, "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", { variables: { id } });
      expect([answer.data, seen(answer.body)], id).toEqual([{ node: null, nodes: [null] }, []]);
    }
  });

  /** What makes something new of words alone, in the project that it is asked of. */
  const MAKES = new Set(["createUser", "createRole", "createGroup", "createResource", "generateOOBOTPCode"]);

  it.each(fieldsOf("Mutation").map(({ name }) => name))("mutation %s does nothing to it", async (name) => {
    const field = fieldsOf("Mutation").find((one) => one.name === name);
    const type = field?.args[0] && getNamedType(field.args[0].type);
    if (!field || !type || !isInputObjectType(type)) throw new Error(name);
    const [before, theirs] = [await rowsOf(ours), await other()];
    const shown = selection(getNamedType(field.type).name, 2);
    const variables = { input: inputFor(type, name) };
    // With the same words it works at home, or fails for what is there already; the second one undoes it.
    const home = await api.ask(ours, `mutation($input: ${type.name}!) { ${name}(input: $input) ${shown} undo: deleteRole(input: { id: "undo" }) { ok } }`, { variables });
    expect(home.errors?.[0], home.body).toMatchObject({ extensions: { reason: expect.not.stringMatching(/NotFound|Unknown/) } });
    if (home.errors?.[0].path[0] !== "undo") expect(home.errors?.[0].extensions.reason, home.body).toMatch(/Duplicat|InvalidAccountStatusTransition|InvariantViolated/);
    const answer = await api.ask(theirs, `mutation($input: ${type.name}!) { ${name}(input: $input) ${shown} }`, { variables });
    expect(await rowsOf(ours)).toEqual(before);
    expect([answer.status, seen(answer.body)], answer.body).toEqual([200, []]);
    expect(answer.errors === undefined, answer.body).toBe(MAKES.has(name));
  });
});
