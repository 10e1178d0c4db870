import { validationFailed } from "@gatehouse/domain-errors";
import { readYaml } from "./read-yaml.js";
import type { FeatureConfig } from "./secret-types.js";

/** Reads `authgear.features.yaml`. Throws Invalid/ValidationFailed `invalid feature config`. */
export function parseFeatureConfig(text: string): { value: FeatureConfig } {
  const raw = readYaml(text, "invalid feature config") ?? {};
  if (typeof raw !== "object" || Array.isArray(raw)) throw validationFailed([{ location: "", kind: "type", details: { actual: [Array.isArray(raw) ? "array" : typeof raw], expected: ["object"] } }], "invalid feature config");
  return { value: raw as FeatureConfig };
}
