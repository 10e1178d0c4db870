import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/say.mjs";

const read = (file) => readFileSync(path.join(root, file), "utf8");

function filesUnder(folder, ending) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .map((name) => path.join(folder, name))
    .sort();
}

const table = (heads, rows) => `| ${heads.join(" | ")} |\n|${heads.map(() => "---").join("|")}|\n${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`;

/** The texts of a decorator's argument: one path, a list, or none. */
const paths = (argument) => [...(argument ?? "").matchAll(/"([^"]*)"/g)].map(([, text]) => text);

function routesOf(file) {
  const text = read(file);
  const prefix = paths(/@Controller\(([^)]*)\)/.exec(text)?.[1]);
  const routes = [...text.matchAll(/@(Get|Post|Put|Delete|Patch|All)\(([^)]*)\)/g)];
  return routes.flatMap(([, method, argument]) => {
    const own = paths(argument);
    const bases = prefix.length > 0 ? prefix : [""];
    return bases.flatMap((base) => (own.length > 0 ? own : [""]).map((tail) => [method === "All" ? "any" : method.toUpperCase(), `/${[base, tail].filter(Boolean).join("/")}`]));
  });
}

function libraries() {
  return ["apps", "libs/platform", "libs/domain", "libs/services", "libs/records", "libs/features"].flatMap((shelf) =>
    readdirSync(path.join(root, shelf))
      .filter((name) => existsSync(path.join(root, shelf, name, "package.json")))
      .sort()
      .map((name) => ({ folder: `${shelf}/${name}`, ...JSON.parse(read(`${shelf}/${name}/package.json`)) })),
  );
}

function graphqlFields() {
  const schema = read("apps/admin/schema.graphql");
  return ["Query", "Mutation"].flatMap((type) => {
    const body = new RegExp(`type ${type} \\{([\\s\\S]*?)\\n\\}`).exec(schema)?.[1] ?? "";
    return [...body.matchAll(/^ {2}(\w+)[(:]/gm)].map(([, field]) => [type, field]);
  });
}

/** The one file below `folder` whose text matches; undefined when there is none. */
const owner = (files, pattern) => files.find((file) => pattern.test(read(file)));

/** The file that makes rows of a table: by a statement of its own, or by naming the table to one that several share; else the migration whose trigger does. */
const writer = (files, table) =>
  owner(files, new RegExp(`insert into "?${table}\\b`)) ??
  owner(files, new RegExp(`(table: |super\\()"${table}"(?! \\|)`)) ??
  owner(filesUnder("db/migrations", ".sql"), new RegExp(`insert into ${table}\\b`));

/** Where everything is: routes, GraphQL fields, sections, events, jobs, tables, libraries. What has no owner is a problem. */
export function whereIs({ events, config, jobs }) {
  const problems = [];
  const owned = (what, file) => {
    if (!file) problems.push(`${what} has no owner`);
    return file ? `\`${file}\`` : "nobody";
  };
  const literal = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const controllers = filesUnder("apps", ".controller.ts");
  const routes = controllers.flatMap((file) => routesOf(file).map(([method, route]) => [method, `\`${route}\``, `\`${file}\``]));
  const resolvers = filesUnder("apps/admin", ".resolver.ts");
  const fields = graphqlFields().map(([type, field]) => [type, `\`${field}\``, owned(`GraphQL field ${field}`, owner(resolvers, new RegExp(`\\b${field}\\(`)))]);
  const configFiles = filesUnder("libs/domain/config/src", ".ts").filter((file) => !file.endsWith(".spec.ts") && !file.includes("/docs/"));
  const sections = config
    .docsTables()
    .filter(({ file }) => file === "authgear.yaml")
    .map(({ section }) => section);
  const declared = configFiles.toSorted((a, b) => Number(b.includes("/sections/")) - Number(a.includes("/sections/")));
  const sectionRows = [...new Set(sections)].map((section) => [
    `\`${section}\``,
    owned(`section ${section}`, owner(declared, new RegExp(`\\b${literal(section.split(/[.: ]+/).at(-1))}\\b`))),
  ]);
  const eventFiles = filesUnder("libs/domain/events/src", "-events.ts");
  const eventRows = events.eventCatalogue.map(({ type }) => [`\`${type}\``, owned(`event ${type}`, owner(eventFiles, new RegExp(`type: "${literal(type)}"`)))]);
  const jobFiles = filesUnder("libs/domain/jobs/src", ".ts");
  const jobRows = jobs.jobCatalogue.map(({ name }) => [`\`${name}\``, owned(`job ${name}`, owner(jobFiles, new RegExp(`"${literal(name)}"`)))]);
  const stores = ["libs/records", "libs/features", "libs/services", "libs/platform"]
    .flatMap((folder) => filesUnder(folder, ".ts"))
    .filter((file) => !file.includes("/test/") && !file.endsWith(".spec.ts") && !file.includes("/testing/"));
  const tables = new Set(filesUnder("db/migrations", ".sql").flatMap((file) => [...read(file).matchAll(/create table (\w+)/g)].map(([, name]) => name)));
  const tableRows = [...tables].map((name) => [`\`${name}\``, owned(`table ${name}`, writer(stores, name))]);
  const libs = libraries().map(({ folder, name, description }) => [`\`${folder}\``, `\`${name}\``, description ?? owned(`description of ${name}`, undefined)]);
  const text = [
    "# Where is it?\n\nTwo guesses: the app for the door, the feature for the word. Then follow its one import down.\n",
    `## Apps and libraries\n\n${table(["Folder", "Package", "What it is"], libs)}`,
    `## Routes\n\n${table(["Method", "Path", "Controller"], routes)}`,
    `## Admin API\n\n${table(["Type", "Field", "Resolver"], fields)}`,
    `## Sections of authgear.yaml\n\n${table(["Section", "Declared in"], sectionRows)}`,
    `## Events\n\n${table(["Event", "Declared in"], eventRows)}`,
    `## Jobs\n\n${table(["Job", "Declared in"], jobRows)}`,
    `## Tables\n\n${table(["Table", "Written by"], tableRows)}`,
  ].join("\n");
  return { text, problems };
}
