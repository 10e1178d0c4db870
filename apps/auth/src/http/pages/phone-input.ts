import type { ProjectContext } from "@gatehouse/domain-project";
import { countryOfIp } from "@gatehouse/platform-geo-ip";
import { html, type Markup } from "./html.js";

/** What fields of phone numbers offer: ISO 3166-1 alpha-2 codes. */
export interface PhoneInput {
  countries: readonly string[];
  /** Those at the top of the list. */
  pinned: readonly string[];
  /** Where the person seems to be. */
  country?: string;
}

/** The countries of the project, and the one of the client's address unless the project does not look for it (spec: auth UI §10). */
export function phoneInput({ project, request }: ProjectContext): PhoneInput {
  const { allowlist, pinned_list: pinned = [], preselect_by_ip_disabled: isBlind } = project.config.ui.phone_input;
  const country = isBlind ? undefined : countryOfIp(request.ip);
  return { countries: allowlist, pinned, ...(country ? { country } : {}) };
}

/** The same for the script of the page (spec: auth UI §13). */
export function phoneMetas({ countries, pinned, country = "" }: PhoneInput, language: string): Markup {
  const metas = {
    "x-phone-input-only-countries": JSON.stringify(countries),
    "x-phone-input-preferred-countries": JSON.stringify(pinned),
    "x-geoip-country-code": country,
    "x-cldr-locale": language,
  };
  return html`${Object.entries(metas).map(
    ([name, content]) => html`
<meta name="${name}" content="${content}">`,
  )}`;
}
