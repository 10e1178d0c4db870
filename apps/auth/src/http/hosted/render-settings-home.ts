import { html, type Markup, pageText, type PageTextKey, renderPage, safeHref } from "../pages/index.js";
import { badge, type Row, rows } from "./render-settings-frame.js";
import type { LoginIdEntry, SettingsMenu, ShownLoginId } from "./settings-menu.js";

/** What the first page of the settings shows. */
export interface SettingsHome {
  appName: string;
  /** Name and picture of the person. */
  name: string;
  picture?: string;
  /** Absent for guests. */
  menu?: SettingsMenu;
  /** Home page of the application. */
  clientUri?: string;
}

const home = (key: string, variables: Record<string, string> = {}): string => pageText(`v2.page.settings.default.${key}` as PageTextKey, variables);

/** `/settings`. */
export function renderSettingsHome({ appName, name, picture, menu, clientUri }: SettingsHome): string {
  const app = safeHref(clientUri);
  return renderPage({
    title: home("title"),
    appName,
    settings: "home",
    body: html`<div class="person">${portrait(picture, name)}<p>${name}</p></div>
<nav>${rows([{ name: home("profile"), href: "/settings/profile" }])}${menu ? menuOf(menu) : guestMenu()}</nav>
${app && html`<p class="more"><a class="button" href="${app}">${home("back-to-app")}</a></p>`}<p class="more"><a class="button secondary" href="/logout">${home("sign-out")}</a></p>`,
  });
}

/** The picture of a person, else the first letter of his name. */
export function portrait(picture: string | undefined, name: string, large = false): Markup {
  const source = safeHref(picture);
  const look = `picture${large ? " large" : ""}`;
  if (source) return html`<img class="${look}" src="${source}" alt="${pageText("v2.page.settings-profile.picture.current")}" referrerpolicy="no-referrer">`;
  return html`<span class="${look} initial${large && " large"}" aria-hidden="true">${[...name][0]?.toUpperCase() ?? "?"}</span>`;
}

const guestMenu = (): Markup => html`<p class="hint more">${home("guest")}</p>`;

function menuOf({ loginIds, social, password, passkeys, secondFactors, biometric, advanced }: SettingsMenu): Markup {
  const section = (title: string, lines: readonly (Row | false | undefined)[]): Markup => {
    const shown = lines.filter((line): line is Row => Boolean(line));
    return html`${shown.length > 0 && html`<h2>${home(title)}</h2>${rows(shown)}`}`;
  };
  const link = (key: string, href: string, value?: string): Row => ({ name: home(key), href, ...(value ? { value } : {}) });
  return html`${section("sign-in", [
    ...loginIds.map(loginIdRow),
    social && link("social", "/settings/identity/oauth", social.length > 0 ? social.join(", ") : home("none")),
    password && link("password", "/settings/change_password"),
    passkeys !== undefined && link("passkey", "/settings/passkey", counted(passkeys)),
    biometric !== undefined && link("biometric", "/settings/biometric", counted(biometric)),
  ])}${section("security", [secondFactors !== undefined && link("mfa", "/settings/mfa", counted(secondFactors)), link("sessions", "/settings/sessions")])}${section("more", [
    advanced && link("advanced", "/settings/advanced_settings"),
  ])}`;
}

const counted = (count: number): string => (count === 0 ? home("none") : home("count", { Count: String(count) }));

const loginIdRow = ({ type, href, values }: LoginIdEntry): Row => ({
  name: home(type),
  href,
  value: values.length === 0 ? home("none") : html`${values.map((one) => html`<span class="row-item">${one.value} ${verifiedBadge(one)}</span>`)}`,
});

/** Whether a login id has been proven, where that is asked. */
export function verifiedBadge({ verified }: Pick<ShownLoginId, "verified">): Markup | false {
  if (verified === undefined) return false;
  return badge(home(verified ? "verified" : "unverified"), verified);
}
