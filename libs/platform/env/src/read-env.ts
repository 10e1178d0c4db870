import { EnvConfig } from "./env-config.js";
import { type EnvVariable, envCatalogue } from "./env-catalogue.js";

/** A wrong or missing variable, said in one sentence. */
export class EnvError extends Error {}

/** Reads every variable of the catalogue from `source`; empty counts as absent, but for variables that may be empty. Throws `EnvError` at the first that is wrong. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): EnvConfig {
  const values: Record<string, unknown> = {};
  for (const [field, variable] of Object.entries(envCatalogue) as [string, EnvVariable][]) {
    const given = source[variable.name];
    const text = (variable.mayBeEmpty ? given : given || undefined) ?? variable.fallback;
    if (text === undefined) throw new EnvError(`${variable.name} is not set: ${variable.description}`);
    try {
      values[field] = variable.parse(text);
    } catch (error) {
      throw new EnvError(`${variable.name} ${(error as Error).message}.`);
    }
  }
  const env = new EnvConfig(values as never);
  if (env.eventStream === "kafka" && env.kafkaBrokers.length === 0) throw new EnvError("KAFKA_BROKERS is not set: EVENT_STREAM=kafka needs at least one broker.");
  const missing = missingSettings(values);
  if (missing.length > 0) throw new EnvError(missing.join("\n"));
  return env;
}

/** The settings that a chosen type of object store still needs, a sentence each. */
function missingSettings(values: Readonly<Record<string, unknown>>): string[] {
  const variables = Object.entries(envCatalogue);
  return variables.flatMap(([type, { name }]) => {
    if (!type.endsWith("ObjectStoreType") || values[type] === "") return [];
    const prefix = name.replace(/TYPE$/, `${String(values[type])}_`);
    const missing = variables.filter(([field, setting]) => setting.name.startsWith(prefix) && values[field] === "");
    return missing.map(([, setting]) => `${setting.name} is not set: ${name}=${String(values[type])} needs it.`);
  });
}
