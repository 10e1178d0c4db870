import { countryCodes } from "../countries.js";
import { projectSchema } from "../project-config.js";
import { providerSchema, providerTypes } from "../sections/identity.js";
import { describeSchema } from "./describe-schema.js";
import { providerTexts } from "./client-texts.js";
import { featureSchema } from "../sections/features.js";
import { secretSchemas } from "../sections/secrets.js";
import { whatsappLanguages } from "../whatsapp-languages.js";

/** One key of a configuration file. */
export interface DocsRow {
  /** Path from the section on, `[]` for the items of a list, such as `clients[].client_id`; empty for a section that is a plain value. */
  path: string;
  /** In words for a reader: `text (uri)`, `integer 1..180`, `a, b or c`. */
  type: string;
  /** JSON text of the default; absent when the key stays absent. */
  default?: string;
  description: string;
  required: boolean;
  deprecated: boolean;
}

/** The keys of one section of a file. */
export interface DocsTable {
  file: "authgear.yaml" | "authgear.secrets.yaml" | "authgear.features.yaml";
  /** Top-level key; a secret's key; or a named part such as `login_step`. */
  section: string;
  description: string;
  rows: DocsRow[];
}

interface Node {
  type?: string;
  $ref?: string;
  const?: unknown;
  enum?: readonly unknown[];
  format?: string;
  pattern?: string;
  default?: unknown;
  wholeDefault?: { enabled?: boolean; burst?: number; period?: string };
  description?: string;
  deprecated?: boolean;
  required?: readonly string[];
  properties?: Record<string, Node>;
  items?: Node;
  minimum?: number;
  maximum?: number;
}

const words: Readonly<Record<string, string>> = { string: "text", integer: "integer", number: "number", boolean: "boolean", object: "object", array: "list" };

function choices(values: readonly unknown[]): string {
  if (values.length === countryCodes.length) return "country code";
  if (values.length === whatsappLanguages.length) return "language";
  if (values.some((value) => typeof value === "object")) return "one of the allowed triples";
  const names = values.map((value) => `\`${String(value)}\``);
  return names.length === 1 ? (names[0] as string) : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function typeOf(node: Node): string {
  if (node.wholeDefault) return "rate limit";
  if (node.$ref) return node.$ref.replace("#/$defs/", "");
  if (node.const !== undefined) return choices([node.const]);
  if (node.enum) return choices(node.enum);
  if (node.type === "array" && node.items) return `list of ${typeOf(node.items)}`;
  const range = node.minimum !== undefined || node.maximum !== undefined ? ` ${node.minimum ?? ""}..${node.maximum ?? ""}` : "";
  return `${words[node.type ?? ""] ?? "any value"}${range}${node.format ? ` (${node.format})` : ""}`;
}

function defaultOf(node: Node): string | undefined {
  if (node.wholeDefault) {
    const { enabled, burst, period } = node.wholeDefault;
    return enabled ? `${burst} per ${period}` : enabled === false ? "off" : "as `general`";
  }
  if (node.default === undefined) return undefined;
  return Array.isArray(node.default) && node.default.length === countryCodes.length ? "all" : JSON.stringify(node.default);
}

const holdsKeys = (node: Node): boolean => !node.wholeDefault && node.properties !== undefined;

/** The rows of a node and of all below it; objects that only hold keys have no row of their own. */
function rowsOf(node: Node, at: { path: string; required: boolean; deprecated: boolean }): DocsRow[] {
  const deprecated = at.deprecated || node.deprecated === true || (node.description ?? "").startsWith("Deprecated");
  if (holdsKeys(node)) {
    return Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
      rowsOf(child, { path: at.path === "" ? key : `${at.path}.${key}`, required: node.required?.includes(key) ?? false, deprecated }),
    );
  }
  if (node.type === "array" && node.items && holdsKeys(node.items)) return rowsOf(node.items, { ...at, path: `${at.path}[]`, deprecated });
  return [{ path: at.path, type: typeOf(node), default: defaultOf(node), description: node.description ?? "", required: at.required, deprecated }];
}

function tablesOf(file: DocsTable["file"], sections: Readonly<Record<string, unknown>>, required: readonly string[] = []): DocsTable[] {
  return Object.entries(sections).map(([section, schema]) => {
    const node = schema as Node;
    return { file, section, description: node.description ?? "", rows: rowsOf(node, { path: "", required: required.includes(section), deprecated: false }) };
  });
}

/** Every key of the three files of a project, section by section, for the documentation. Derived from the schemas. */
export function docsTables(): DocsTable[] {
  const project = projectSchema as unknown as { properties: Record<string, unknown>; $defs: Record<string, unknown> };
  return [
    ...tablesOf("authgear.yaml", project.properties, ["id", "http"]),
    ...tablesOf("authgear.yaml", project.$defs),
    ...tablesOf(
      "authgear.yaml",
      Object.fromEntries(providerTypes.map((type) => [`identity.oauth.providers: ${type}`, describeSchema(providerSchema(type, false), providerTexts)])),
    ),
    ...tablesOf("authgear.secrets.yaml", secretSchemas),
    ...tablesOf("authgear.features.yaml", (featureSchema as unknown as { properties: Record<string, unknown> }).properties),
  ];
}
