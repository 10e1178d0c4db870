import type { ProjectConfig } from "@gatehouse/domain-config";
import { validationFailed } from "@gatehouse/domain-errors";
import type { Cause } from "@gatehouse/platform-schema";
import { attributeCauses, causesAt, customAttribute, isStandardAttribute } from "./attribute-checks.js";
import { keptPicture } from "./picture-address.js";

/** Made by us from other facts; ignored when they are written (spec: user model §7.1). */
const DERIVED = ["email_verified", "phone_number_verified", "updated_at"];

type Attributes = Readonly<Record<string, unknown>>;

const byLocation = (a: Cause, b: Cause): number => (a.location < b.location ? -1 : a.location > b.location ? 1 : 0);
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** Throws ValidationFailed when there are causes. */
function refuse(causes: Cause[]): void {
  if (causes.length > 0) throw validationFailed(causes.sort(byLocation));
}

/**
 * Standard attributes that replace a user's; derived ones are left out, the public address of a picture of ours becomes its stored form. That `email`, `phone_number` and `preferred_username` belong to an identity is not checked here.
 * Throws `Invalid/ValidationFailed`; an unknown name is a cause of kind "" at its place.
 */
export function checkStandardAttributes(config: ProjectConfig, attributes: Attributes): Record<string, unknown> {
  const written = Object.entries(keptPicture(config.http.public_origin, attributes)).filter(([name, value]) => !DERIVED.includes(name) && value !== undefined);
  refuse(
    written.flatMap(([name, value]) => {
      const place = `/${escaped(name)}`;
      return isStandardAttribute(name) ? causesAt(place, attributeCauses(config, name, value) ?? []) : [{ location: place, kind: "" }];
    }),
  );
  return Object.fromEntries(written);
}

/** Custom attributes, given by name, that replace a user's: by id, undeclared ones dropped. Throws `Invalid/ValidationFailed`. */
export function checkCustomAttributes(config: ProjectConfig, attributes: Attributes): Record<string, unknown> {
  const written = Object.entries(attributes).flatMap(([name, value]) => {
    const declared = customAttribute(config, name);
    return declared && value !== undefined ? [{ name, value, id: declared.id }] : [];
  });
  refuse(written.flatMap(({ name, value }) => causesAt(`/${name}`, attributeCauses(config, name, value) ?? [])));
  return Object.fromEntries(written.map(({ id, value }) => [id, value]));
}
