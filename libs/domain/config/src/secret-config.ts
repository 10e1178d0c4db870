import { validationFailed } from "@gatehouse/domain-errors";
import { type Cause, compileSchema } from "@gatehouse/platform-schema";
import { checkSecrets } from "./checks/secret-rules.js";
import { list, obj, oneOf, Type } from "./declare.js";
import { fillDefaults } from "./fill-defaults.js";
import type { ProjectConfig } from "./project-config.js";
import { publicJsonSchema } from "./json-schema.js";
import { readYaml } from "./read-yaml.js";
import { type SecretConfig, secretSchemas } from "./sections/secrets.js";

/** One item of `authgear.secrets.yaml`. */
export interface SecretItem {
  key: string;
  data: unknown;
}

const MESSAGE = "invalid secrets";
const dataByKey = Object.entries(secretSchemas).map(([key, data]) => ({
  if: { properties: { key: { const: key } }, required: ["key"] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
  then: { properties: { data } },
}));
const fileSchema = obj(
  { secrets: list(obj({ key: oneOf(Object.keys(secretSchemas)), data: Type.Unknown() }, { required: ["key", "data"], extra: { allOf: dataByKey } })) },
  { required: ["secrets"], description: "Keys and credentials of a project." },
);
const file = compileSchema(fileSchema);

/** The data of an item with the defaults of its key. */
const fill = ({ key, data }: SecretItem): [string, unknown] => [key, fillDefaults((secretSchemas as Record<string, object>)[key] ?? {}, structuredClone(data))];

/** Causes of a decoded secrets document by its schema alone; locations point into the document. */
export const secretDocumentCauses = (document: unknown): Cause[] => file.causes(document);

/**
 * Reads `authgear.secrets.yaml` and lays it over the deployment's secrets: an own item replaces the deployment's whole item of that key, the last of several wins.
 * `config` says which secrets the project needs. Throws Invalid/ValidationFailed `invalid secrets`.
 */
export function parseSecretConfig(text: string, config: ProjectConfig, options: { deploymentSecrets?: readonly SecretItem[] } = {}): { value: SecretConfig } {
  const document = readYaml(text, MESSAGE);
  const broken = secretDocumentCauses(document);
  if (broken.length > 0) throw validationFailed(broken, MESSAGE);
  const items = [...(options.deploymentSecrets ?? []), ...(document as { secrets: SecretItem[] }).secrets];
  const merged = new Map(items.map((item) => [item.key, item]));
  const order = [...merged.keys()].sort();
  const value = Object.fromEntries(order.map((key) => fill(merged.get(key) as SecretItem))) as SecretConfig;
  const causes = checkSecrets({ config, secrets: value, order });
  if (causes.length > 0) throw validationFailed(causes, MESSAGE);
  return { value };
}

/** The JSON schema (2020-12) of `authgear.secrets.yaml`, for editors and other programs. */
export const secretConfigJsonSchema = (): object => publicJsonSchema(fileSchema, "authgear.secrets.yaml");
