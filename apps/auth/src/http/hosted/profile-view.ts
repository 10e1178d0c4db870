import type { ProjectConfig } from "@gatehouse/domain-config";
import { endUserLevel, type UserFacts } from "@gatehouse/domain-user";
import { pageText, type PageTextKey } from "../pages/index.js";
import { type CustomAttribute, editablePointers, GENDERS, NAME_PARTS, type ProfileVariant } from "./profile-edits.js";
import { ADDRESS_PARTS } from "./profile-fields.js";

/** One line of the profile: what it is called, what it says, and where it is edited. */
export interface ProfileLine {
  name: string;
  value: string;
  /** Absent where the user may not edit it. */
  href?: string;
}

/** What a user sees of his profile. */
export interface ProfileView {
  standard: readonly ProfileLine[];
  custom: readonly ProfileLine[];
  mayEditPicture: boolean;
}

const LANGUAGE = "en";
/** The name of a language, country or the like in the pages' language; the code itself where there is none. */
function displayName(type: "language" | "region", code: string): string {
  try {
    return new Intl.DisplayNames([LANGUAGE], { type }).of(code) ?? code;
  } catch {
    return code;
  }
}
export const languageName = (tag: string): string => displayName("language", tag);
export const countryName = (code: string): string => displayName("region", code);

/** A custom attribute's name in words: `/favourite_colour` is "Favourite colour". */
export function attributeWords(pointer: string): string {
  const text = pointer.slice(1).replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const label = (pointer: string): string => pageText(`v2.attribute${pointer.replace("/", ".")}` as PageTextKey);
const edit = (variant: ProfileVariant, query = ""): string => `/settings/profile/${variant}/edit${query}`;

/** The profile as its owner may see it: hidden attributes are left out, and only what he may write leads to a page (spec: user model §7.3). Guests edit nothing. */
export function profileView(config: ProjectConfig, { user }: Pick<UserFacts, "user">, guest: boolean): ProfileView {
  const attributes = user.standardAttributes;
  const isShown = (pointer: string) => endUserLevel(config, pointer) !== "hidden";
  const text = (pointer: string): string => (isShown(pointer) ? shown(pointer, attributes[pointer.slice(1)]) : "");
  const href = (variant: ProfileVariant, pointer = "", query = "") => (!guest && editablePointers(config, variant, pointer).length > 0 ? { href: edit(variant, query) } : {});
  const one = (pointer: string, more: { href?: string } = {}): ProfileLine[] => (isShown(pointer) ? [{ name: label(pointer), value: text(pointer), ...more }] : []);
  const names = NAME_PARTS.some(isShown) ? [{ name: pageText("v2.page.settings-profile.name.title"), value: fullName(text), ...href("name") }] : [];
  const custom = (config.user_profile.custom_attributes.attributes ?? []).filter(({ pointer }) => isShown(pointer));
  return {
    mayEditPicture: "href" in href("picture"),
    standard: [
      ...names,
      ...one("/gender", href("gender")),
      ...one("/birthdate", href("birthdate")),
      ...["/email", "/phone_number", "/preferred_username"].flatMap((pointer) => (text(pointer) ? one(pointer) : [])),
      ...["/profile", "/website"].flatMap((pointer) => one(pointer)),
      ...one("/address", href("address")),
      ...one("/zoneinfo", href("zoneinfo")),
      ...one("/locale", href("locale")),
    ],
    custom: custom.map((declared) => ({
      name: attributeWords(declared.pointer),
      value: shownCustom(declared, user.customAttributes[declared.id]),
      ...href("custom_attributes", declared.pointer, `?${new URLSearchParams({ pointer: declared.pointer })}`),
    })),
  };
}

function fullName(text: (pointer: string) => string): string {
  const parts = ["/given_name", "/middle_name", "/family_name"].map(text).filter(Boolean).join(" ");
  const name = text("/name") || parts;
  const nickname = text("/nickname");
  return name && nickname ? `${name} (${nickname})` : name || nickname;
}

function shown(pointer: string, value: unknown): string {
  if (pointer === "/address") return addressText(value);
  if (typeof value !== "string") return "";
  if (pointer === "/gender" && GENDERS.includes(value)) return pageText(`v2.gender.${value}` as PageTextKey);
  return pointer === "/locale" ? languageName(value) : value;
}

function addressText(value: unknown): string {
  const address = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const parts = ADDRESS_PARTS.map((part) => {
    const text = typeof address[part] === "string" ? address[part] : "";
    return part === "country" && text !== "" ? countryName(text) : text;
  }).filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : typeof address.formatted === "string" ? address.formatted : "";
}

function shownCustom({ type }: CustomAttribute, value: unknown): string {
  if (value === undefined || value === null) return "";
  return type === "country_code" ? countryName(String(value)) : String(value);
}
