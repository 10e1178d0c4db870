import { invalidConfiguration } from "@gatehouse/domain-errors";
import type { ProviderSettings } from "./provider.js";

/** A key of the type as a text. Throws InvalidConfiguration. */
export function textKey({ keys, type }: ProviderSettings, name: string): string {
  const value = keys[name];
  if (typeof value !== "string" || value === "") throw invalidConfiguration(`a provider of type ${type} needs ${name}`);
  return value;
}

/** A key as one segment of a path. */
export const pathKey = (settings: ProviderSettings, name: string): string => encodeURIComponent(textKey(settings, name));

/** A key as one label of a host. Throws InvalidConfiguration for what could lead to another host. */
export function hostKey(settings: ProviderSettings, name: string): string {
  const value = textKey(settings, name);
  if (!/^[a-z0-9-]+$/i.test(value)) throw invalidConfiguration(`${name} of a provider of type ${settings.type} is not the label of a host`);
  return value;
}
