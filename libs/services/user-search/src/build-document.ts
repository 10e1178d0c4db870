import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { isDisabled } from "@gatehouse/domain-user";
import { cut } from "./analyse-text.js";
import type { Labelled, UserDocument, UserSource } from "./user-document.js";

const PLAIN = ["family_name", "given_name", "middle_name", "name", "nickname", "gender", "zoneinfo", "locale"] as const;
const ADDRESS = ["formatted", "street_address", "locality", "region", "postal_code", "country"] as const;

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? cut(value) || undefined : undefined);
/** Distinct texts; undefined for none. */
const distinct = (values: readonly unknown[]): string[] | undefined => {
  const texts = [...new Set(values.map(textOf).filter((text) => text !== undefined))];
  return texts.length > 0 ? texts : undefined;
};
const keysOf = (labelled: readonly Labelled[]): string[] | undefined => distinct(labelled.map(({ key }) => key));
const namesOf = (labelled: readonly Labelled[]): string[] | undefined => distinct(labelled.map(({ name }) => name));

function emailParts(emails: readonly string[]): { local: string[]; domain: string[] } {
  const at = (email: string): number => email.lastIndexOf("@");
  return { local: emails.map((email) => email.slice(0, Math.max(0, at(email)))), domain: emails.map((email) => (at(email) < 0 ? "" : email.slice(at(email) + 1))) };
}

/** The document of a user at a time (spec: admin API §7). */
export function buildDocument(appId: string, source: UserSource, now: Date): UserDocument {
  const claims = (name: "email" | "phone_number" | "preferred_username" | "subject_id") => distinct(source.identities.map((identity) => identity[name]));
  const [emails, phones] = [claims("email"), claims("phone_number")];
  const { local, domain } = emailParts(emails ?? []);
  const parsed = (phones ?? []).flatMap((phone) => parsePhoneNumberFromString(phone) ?? []);
  const attributes = source.standardAttributes;
  const address = (typeof attributes.address === "object" && attributes.address !== null ? attributes.address : {}) as Record<string, unknown>;
  const document: UserDocument = {
    id: source.id,
    app_id: appId,
    created_at: source.createdAt,
    updated_at: source.updatedAt,
    last_login_at: source.lastLoginAt ?? undefined,
    is_disabled: isDisabled(source.status, now),
    email: emails,
    email_local_part: distinct(local),
    email_domain: distinct(domain),
    preferred_username: claims("preferred_username"),
    phone_number: phones,
    phone_number_country_code: distinct(parsed.map((phone) => String(phone.countryCallingCode))),
    phone_number_national_number: distinct(parsed.map((phone) => String(phone.nationalNumber))),
    oauth_subject_id: claims("subject_id"),
    ...Object.fromEntries([...PLAIN.map((name) => [name, textOf(attributes[name])]), ...ADDRESS.map((name) => [name, textOf(address[name])])]),
    role_key: keysOf(source.roles),
    role_name: namesOf(source.roles),
    group_key: keysOf(source.groups),
    group_name: namesOf(source.groups),
  };
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined)) as unknown as UserDocument;
}
