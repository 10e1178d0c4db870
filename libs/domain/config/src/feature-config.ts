import { validationFailed } from "@gatehouse/domain-errors";
import { compileSchema } from "@gatehouse/platform-schema";
import { fillDefaults } from "./fill-defaults.js";
import { mergeFeatures } from "./merge-features.js";
import { publicJsonSchema } from "./json-schema.js";
import { readYaml } from "./read-yaml.js";
import { type FeatureConfig, featureSchema } from "./sections/features.js";

const features = compileSchema(featureSchema);
const MESSAGE = "invalid feature config";
type Json = Record<string, unknown>;

function readLayer(text: string): Json {
  const raw = readYaml(text, MESSAGE) ?? {};
  const causes = features.causes(raw);
  if (causes.length > 0) throw validationFailed(causes, MESSAGE);
  return raw as Json;
}

interface LegacyUsage {
  enabled?: boolean;
  period?: "day" | "month";
  quota?: number;
}

/** Deprecated usage limits: where they are, and the name of their successor under `usage.limits`. */
const legacy = [
  { section: "messaging", key: "sms_usage", name: "sms" },
  { section: "messaging", key: "email_usage", name: "email" },
  { section: "messaging", key: "whatsapp_usage", name: "whatsapp" },
  { section: "admin_api", key: "user_import_usage", name: "user_import" },
  { section: "admin_api", key: "user_export_usage", name: "user_export" },
] as const;

/** Moves enabled deprecated usage limits to `usage.limits`, unless that name is set, and removes them. */
function migrate(config: FeatureConfig): FeatureConfig {
  for (const { section, key, name } of legacy) {
    const holder = config[section] as unknown as Record<string, LegacyUsage | undefined>;
    const old = holder[key];
    delete holder[key];
    if (!old?.enabled || config.usage.limits?.[name]) continue;
    config.usage.limits = { ...config.usage.limits, [name]: [{ quota: old.quota ?? 0, period: old.period ?? "month", action: "block" }] };
  }
  return config;
}

/**
 * Reads `authgear.features.yaml`; an empty text means no limits beyond the defaults. `below` are the texts of the layers under it (deployment, plan), lowest first.
 * Throws Invalid/ValidationFailed `invalid feature config`.
 */
export function parseFeatureConfig(text: string, below: readonly string[] = []): { value: FeatureConfig } {
  const merged = [...below, text].map(readLayer).reduce((lower, upper) => mergeFeatures(lower, upper));
  return { value: migrate(fillDefaults(featureSchema as object, structuredClone(merged)) as FeatureConfig) };
}

/** The JSON schema (2020-12) of `authgear.features.yaml`, for editors and other programs. */
export const featureConfigJsonSchema = (): object => publicJsonSchema(featureSchema, "authgear.features.yaml");
