import { fromGlobalId, toGlobalId } from "@gatehouse/platform-graphql";
import type { TestProject } from "@gatehouse/platform-testing";
import type { AdminClient, Answer } from "./admin-client.js";
import { eventsOf } from "./admin-rows.js";

const RETURNED: Record<string, string> = { Role: "role { id key name description }", Group: "group { id key name description }", User: "user { id }" };

/** A user who does not exist. */
export const NOBODY: string = toGlobalId("User", "00000000-0000-4000-8000-000000000000");
/** Selects the keys of a connection of roles or groups. */
export const KEYS = "edges { node { key } }";
export const raw = (id: string | undefined): string => fromGlobalId(id ?? "")?.id as string;
export const keysOf = (connection: any): string[] => connection.edges.map(({ node }: any) => node.key);

/** Mutations of roles and groups of a project. */
export class RolesOf {
  constructor(
    private readonly ask: AdminClient["ask"],
    readonly target: TestProject,
  ) {}

  /** Runs one mutation by name; the input is a variable, so that its type is checked too. */
  async mutate(name: string, input: object, fields?: string): Promise<Answer & { result?: any; error?: any }> {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const shape = fields ?? (name.startsWith("delete") ? "ok" : RETURNED[/^(?:create|update|add|remove)(Role|Group|User)/.exec(name)?.[1] ?? ""]);
    const answer = await this.ask(this.target, `mutation($input: ${type}Input!) { ${name}(input: $input) { ${shape} } }`, { variables: { input } });
    return { ...answer, result: answer.data?.[name], error: answer.errors?.[0] };
  }

  /** Extensions of the error of a mutation. */
  async reasonOf(name: string, input: object): Promise<any> {
    return (await this.mutate(name, input)).error?.extensions;
  }

  /** Makes roles or groups; their global ids by key. */
  async make(noun: "role" | "group", ...keys: string[]): Promise<Record<string, string>> {
    const ids: Record<string, string> = {};
    for (const key of keys) ids[key] = (await this.mutate(noun === "role" ? "createRole" : "createGroup", { key, name: `${key} name` })).result[noun].id;
    return ids;
  }

  /** The audit events of mutations so far. */
  async audit(): Promise<{ type: string; payload: any; context: any }[]> {
    const told = (await eventsOf(this.target)).filter(({ type }) => type.startsWith("admin_api.mutation."));
    return told.map(({ type, payload, context }) => ({ type: type.split(".")[2] as string, payload, context }));
  }
}
