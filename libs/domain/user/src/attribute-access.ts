import type { ProjectConfig } from "@gatehouse/domain-config";
import { accessControlViolated } from "@gatehouse/domain-errors";

/** What somebody may do with an attribute. */
export type AttributeLevel = "hidden" | "readonly" | "readwrite";

/** What users may do with an attribute of their own, standard or custom, by its pointer (spec: user model §7.3). */
export function endUserLevel({ user_profile: { standard_attributes, custom_attributes } }: ProjectConfig, pointer: string): AttributeLevel {
  const standard = standard_attributes.access_control.find((rule) => rule.pointer === pointer);
  const custom = custom_attributes.attributes?.find((attribute) => attribute.pointer === pointer);
  return (standard ?? custom)?.access_control?.end_user ?? "hidden";
}

/** Throws `Forbidden/AccessControlViolated` when users may not write one of the attributes themselves. */
export function checkEndUserMayWrite(config: ProjectConfig, pointers: readonly string[]): void {
  const refused = pointers.find((pointer) => endUserLevel(config, pointer) !== "readwrite");
  if (refused !== undefined) throw accessControlViolated({ subject: refused, role: "end_user", level: "readwrite" });
}
