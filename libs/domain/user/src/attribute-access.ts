import type { ProjectConfig } from "@gatehouse/domain-config";
import { accessControlViolated } from "@gatehouse/domain-errors";

/** What somebody may do with an attribute. */
export type AttributeLevel = "hidden" | "readonly" | "readwrite";

/** What users may do with an attribute of their own, standard or custom, by its pointer (spec: user model §7.3). */
export const endUserLevel = (config: ProjectConfig, pointer: string): AttributeLevel => levelOf(config, "end_user", pointer);

/** The same for whoever bears one of the user's access tokens. */
export const bearerLevel = (config: ProjectConfig, pointer: string): AttributeLevel => levelOf(config, "bearer", pointer);

/** The same for those who work in the portal. */
export const portalLevel = (config: ProjectConfig, pointer: string): AttributeLevel => levelOf(config, "portal_ui", pointer);

type AccessControl = Record<"end_user" | "bearer" | "portal_ui", AttributeLevel>;

function levelOf({ user_profile: { standard_attributes, custom_attributes } }: ProjectConfig, role: keyof AccessControl, pointer: string): AttributeLevel {
  const standard = standard_attributes.access_control.find((rule) => rule.pointer === pointer);
  const custom = custom_attributes.attributes?.find((attribute) => attribute.pointer === pointer);
  return (standard ?? custom)?.access_control?.[role] ?? "hidden";
}

/** Throws `Forbidden/AccessControlViolated` when users may not write one of the attributes themselves. */
export function checkEndUserMayWrite(config: ProjectConfig, pointers: readonly string[]): void {
  const refused = pointers.find((pointer) => endUserLevel(config, pointer) !== "readwrite");
  if (refused !== undefined) throw accessControlViolated({ subject: refused, role: "end_user", level: "readwrite" });
}
