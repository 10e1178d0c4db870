import type { ProjectConfig } from "@gatehouse/domain-config";
import { endUserLevel, type PatchedAttribute, type User } from "@gatehouse/domain-user";
import type { Form } from "./form-meaning.js";
import { ADDRESS_PARTS } from "./profile-fields.js";

/** Pages that edit a part of the profile (spec: auth UI §7). */
const PROFILE_VARIANTS = ["address", "birthdate", "gender", "locale", "name", "picture", "zoneinfo", "custom_attributes"] as const;
/** One of those pages. */
export type ProfileVariant = (typeof PROFILE_VARIANTS)[number];
/** Whether a page of this name edits a part of the profile. */
export const isProfileVariant = (text: string): text is ProfileVariant => (PROFILE_VARIANTS as readonly string[]).includes(text);

/** The parts of a name, in the order of the page. */
export const NAME_PARTS = ["/given_name", "/middle_name", "/family_name", "/name", "/nickname"] as const;

/** Genders with a word of their own; any other one is typed. */
export const GENDERS: readonly string[] = ["male", "female"];

/** A custom attribute as declared. */
export type CustomAttribute = NonNullable<ProjectConfig["user_profile"]["custom_attributes"]["attributes"]>[number];

/** The attributes of a page that users may write themselves; none means that the page is not theirs. `pointer` names the custom attribute. */
export function editablePointers(config: ProjectConfig, variant: ProfileVariant, pointer: string): string[] {
  const declared = config.user_profile.custom_attributes.attributes?.some((one) => one.pointer === pointer) ?? false;
  const pointers = variant === "name" ? NAME_PARTS : variant === "custom_attributes" ? (declared ? [pointer] : []) : [`/${variant}`];
  return pointers.filter((one) => endUserLevel(config, one) === "readwrite");
}

/** What a form of the page asks for. Fields that are absent stay as they are; empty ones are removed. */
export function readProfileEdit(
  config: ProjectConfig,
  { user, variant, pointers, form }: { user: User; variant: ProfileVariant; pointers: readonly string[]; form: Form },
): PatchedAttribute[] {
  if (variant === "gender" && form["gender-select"] !== undefined) {
    const chosen = form["gender-select"] === "other" ? (form["gender-input"] ?? "") : form["gender-select"];
    return pointers.map((pointer) => patch(pointer, chosen));
  }
  if (variant === "address") return pointers.map((pointer) => ({ pointer, value: addressOf(user, form) }));
  return pointers.flatMap((pointer) => {
    const typed = form[pointer];
    if (typed === undefined) return [];
    const declared = config.user_profile.custom_attributes.attributes?.find((one) => one.pointer === pointer);
    return [patch(pointer, typed, declared)];
  });
}

function patch(pointer: string, typed: string, declared?: CustomAttribute): PatchedAttribute {
  const text = typed.trim();
  if (text === "") return { pointer };
  const isNumber = (declared?.type === "number" || declared?.type === "integer") && Number.isFinite(Number(text));
  return { pointer, value: isNumber ? Number(text) : text };
}

/** The address with the parts of the form in it; members that the page does not show stay. */
function addressOf({ standardAttributes }: User, form: Form): Record<string, unknown> | undefined {
  const address: Record<string, unknown> = { ...(standardAttributes.address as object | undefined) };
  for (const part of ADDRESS_PARTS) {
    const typed = form[`/address/${part}`]?.trim();
    if (typed === undefined) continue;
    if (typed === "") delete address[part];
    else address[part] = typed;
  }
  return Object.keys(address).length > 0 ? address : undefined;
}
