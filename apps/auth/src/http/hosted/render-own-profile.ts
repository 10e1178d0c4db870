import type { ProjectConfig } from "@gatehouse/domain-config";
import { COUNTRY_CODES, type User } from "@gatehouse/domain-user";
import { html, type Markup, pageText, type PageTextKey } from "../pages/index.js";
import type { Form } from "./form-meaning.js";
import { field, hidden } from "./page-parts.js";
import { GENDERS, type ProfileVariant } from "./profile-edits.js";
import { ADDRESS_PARTS } from "./profile-fields.js";
import { attributeWords, countryName, languageName, type ProfileLine, type ProfileView } from "./profile-view.js";
import { actionForm, rows, type SettingsPage, settingsPage } from "./render-settings-frame.js";
import { portrait } from "./render-settings-home.js";

const text = (part: string): string => pageText(`v2.page.settings-profile.${part}` as PageTextKey);

/** `/settings/profile`. */
export function renderOwnProfile(page: SettingsPage, { view, picture, name }: { view: ProfileView; picture?: string; name: string }): string {
  const lines = (list: readonly ProfileLine[]) => rows(list.map((line) => ({ ...line, value: line.value || text("default.unset") })));
  return settingsPage(page, {
    title: text("default.title"),
    body: html`${portrait(picture, name, true)}${view.mayEditPicture && html`<p class="links picture-link"><a href="/settings/profile/picture/edit">${text("picture.title")}</a></p>`}${lines(view.standard)}${
      view.custom.length > 0 && html`<h2>${text("default.more")}</h2>${lines(view.custom)}`
    }`,
  });
}

/** The page of what is not the user's to write. */
export const renderNoPermission = (page: SettingsPage): string =>
  settingsPage(page, { title: text("default.no-permission.title"), lead: text("default.no-permission.lead"), body: html`` });

/** What an edit page is made of. */
export interface ProfileEdit {
  config: ProjectConfig;
  variant: ProfileVariant;
  /** The attributes that may be written. */
  pointers: readonly string[];
  user: User;
  /** What was typed into a form that was refused. */
  typed: Form;
  picture?: string;
  name: string;
}

/** `/settings/profile/{variant}/edit`. */
export function renderProfileEdit(page: SettingsPage, edit: ProfileEdit): string {
  const { variant, pointers } = edit;
  const title = variant === "custom_attributes" ? attributeWords(pointers[0] as string) : text(`${variant}.title`);
  if (variant === "picture") return settingsPage(page, { title, body: pictureForms(page, edit) });
  const usesPhone = variant === "custom_attributes" && declaredOf(edit)?.type === "phone_number";
  return settingsPage(page, { title, usesPhone, body: actionForm(page, { name: "save", body: html`${fields(page, edit)}`, submit: text("default.save") }) });
}

function fields(page: SettingsPage, edit: ProfileEdit): Markup | Markup[] {
  const { variant, pointers } = edit;
  switch (variant) {
    case "gender":
      return genderFields(page, edit);
    case "zoneinfo":
      return choice({ page, name: "/zoneinfo", label: text("zoneinfo.title"), value: current(edit, "/zoneinfo"), options: timeZones() });
    case "locale":
      return choice({ page, name: "/locale", label: text("locale.title"), value: current(edit, "/locale"), options: languages(edit.config) });
    case "birthdate":
      return birthdateField(page, edit);
    case "address":
      return addressFields(page, edit);
    case "custom_attributes":
      return customField(page, edit);
    default:
      return pointers.map((pointer, index) =>
        field(page, {
          name: pointer,
          id: `attribute-${index}`,
          label: pageText(`v2.attribute${pointer.replace("/", ".")}` as PageTextKey),
          required: false,
          value: current(edit, pointer),
          focus: index === 0,
          autocomplete: AUTOCOMPLETE[pointer] ?? "off",
        }),
      );
  }
}

const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  "/given_name": "given-name",
  "/middle_name": "additional-name",
  "/family_name": "family-name",
  "/name": "name",
  "/nickname": "nickname",
};

/** What was typed last, else what is kept. */
function current({ config, typed, user }: ProfileEdit, pointer: string): string {
  const declared = config.user_profile.custom_attributes.attributes?.find((one) => one.pointer === pointer);
  const kept = declared ? user.customAttributes[declared.id] : user.standardAttributes[pointer.slice(1)];
  return typed[pointer] ?? (typeof kept === "string" || typeof kept === "number" ? String(kept) : "");
}

interface Choice {
  page: SettingsPage;
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  id?: string;
  focus?: boolean;
}

/** A list to choose from, or nothing; a value that is not among them stays. */
function choice({ page, name, label, value, options, id = "choice", focus = true }: Choice): Markup {
  const known = value === "" || options.some(([one]) => one === value) ? options : [[value, value] as const, ...options];
  const all = [["", pageText("v2.label.choose-none")] as const, ...known].map(([one, shown]) => html`<option value="${one}"${one === value && html` selected`}>${shown}</option>`);
  return html`<div class="field"><label for="${id}">${label}</label><select id="${id}" name="${name}"${focus && focused(page)}>${all}</select></div>`;
}

/** Attributes of the field that has the focus; what went wrong belongs to it. */
const focused = ({ error }: SettingsPage): Markup => html` autofocus${error !== undefined && html` aria-describedby="page-alert" aria-invalid="true"`}`;

const timeZones = (): [string, string][] =>
  Intl.supportedValuesOf("timeZone").flatMap((zone): [string, string][] => (zone.includes("/") ? [[zone, zone.replaceAll("_", " ")]] : []));
const languages = ({ localization }: ProjectConfig): [string, string][] => (localization.supported_languages ?? []).map((tag): [string, string] => [tag, languageName(tag)]);
const countries = (): [string, string][] => [...COUNTRY_CODES].map((code): [string, string] => [code, countryName(code)]).sort(([, a], [, b]) => a.localeCompare(b, "en"));

function genderFields(page: SettingsPage, edit: ProfileEdit): Markup {
  const kept = current(edit, "/gender");
  const other = kept !== "" && !GENDERS.includes(kept);
  const options = [...GENDERS, "other"].map((one) => [one, pageText(`v2.gender.${one}` as PageTextKey)] as const);
  return html`${choice({ page, name: "gender-select", label: text("gender.title"), value: other ? "other" : kept, options })}${field(page, {
    name: "gender-input",
    label: text("gender.other"),
    required: false,
    focus: false,
    value: other ? kept : "",
    autocomplete: "sex",
  })}`;
}

/** Dates without a year, or without a day, are typed. */
function birthdateField(page: SettingsPage, edit: ProfileEdit): Markup {
  const value = current(edit, "/birthdate");
  const type = value === "" || /^[1-9]\d{3}-\d\d-\d\d$/.test(value) ? "date" : "text";
  return field(page, { name: "/birthdate", id: "birthdate", label: text("birthdate.title"), type, required: false, value, autocomplete: "bday" });
}

function addressFields(page: SettingsPage, { user, typed }: ProfileEdit): Markup[] {
  const kept = (user.standardAttributes.address ?? {}) as Record<string, unknown>;
  return ADDRESS_PARTS.map((part, index) => {
    const name = `/address/${part}`;
    const value = typed[name] ?? (typeof kept[part] === "string" ? kept[part] : "");
    const label = pageText(`v2.attribute.address.${part}`);
    if (part === "country") return choice({ page, name, id: part, label, value, options: countries(), focus: index === 0 });
    return field(page, { name, id: part, label, required: false, value, focus: index === 0, autocomplete: ADDRESS_AUTOCOMPLETE[part] ?? "off" });
  });
}

const ADDRESS_AUTOCOMPLETE: Readonly<Record<string, string>> = {
  street_address: "street-address",
  locality: "address-level2",
  region: "address-level1",
  postal_code: "postal-code",
};
const TYPES: Readonly<Record<string, string>> = { number: "number", integer: "number", email: "email", phone_number: "tel", url: "url" };

/** The custom attribute that a page is about. */
const declaredOf = ({ config, pointers: [pointer] }: ProfileEdit) => config.user_profile.custom_attributes.attributes?.find((one) => one.pointer === pointer);

function customField(page: SettingsPage, edit: ProfileEdit): Markup {
  const pointer = edit.pointers[0] as string;
  const declared = declaredOf(edit);
  const [label, value] = [attributeWords(pointer), current(edit, pointer)];
  if (declared?.type === "enum") return choice({ page, name: pointer, label, value, options: (declared.enum ?? []).map((one) => [one, one] as const) });
  if (declared?.type === "country_code") return choice({ page, name: pointer, label, value, options: countries() });
  const { minimum, maximum } = declared ?? {};
  return field(page, {
    name: pointer,
    id: "attribute",
    label,
    type: TYPES[declared?.type ?? ""] ?? "text",
    phone: declared?.type === "phone_number",
    required: false,
    value,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  });
}

/** The form of a file works as it is; the page's script shows the picture at once and makes it small before it is sent. */
function pictureForms(page: SettingsPage, { picture, name }: ProfileEdit): Markup {
  const input = html`<div class="field"><label for="file">${text("picture.file")}</label><input id="file" name="file" type="file" accept="image/png,image/jpeg" required data-picture${focused(page)}></div>`;
  const remove = picture && actionForm(page, { name: "save", body: hidden("/picture", ""), submit: text("picture.remove"), look: "danger" });
  return html`${portrait(picture, name, true)}${actionForm(page, { name: "save", body: input, submit: text("default.save"), file: true })}${remove}`;
}
