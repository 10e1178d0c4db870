import { type Markup, html } from "./html.js";
import { type PhoneInput, phoneMetas } from "./phone-input.js";
import { pageScriptPath } from "./page-script.js";
import { stylesheetPath } from "./stylesheet.js";

/** What every hosted page has. */
export interface Page {
  /** Heading, and first part of the document's title. */
  title: string;
  /** The project's name; absent where no project is known. */
  appName?: string;
  lead?: string;
  /** BCP 47 tag of the texts. */
  language?: string;
  body?: Markup;
  /** Page of the settings: the first one, or one below it. */
  settings?: "home" | "page";
  /** Where the person came from. */
  back?: { href: string; label: string };
  /** Nonce of the response; a page that has one loads the pages' script, which makes it handier. */
  nonce?: string;
  /** The page has fields of phone numbers. */
  phone?: PhoneInput;
}

/** Class of the heading; apps that show these pages look for it (spec: auth UI §13). */
const HEADINGS = { none: "screen-title", home: "settings-title", page: "navbar__title" } as const;

/** A complete document. It has no inline script or style. */
export function renderPage({ title, appName, lead, language = "en", body, nonce, phone, settings, back }: Page): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${appName ? `${title} · ${appName}` : title}</title>${phone && phoneMetas(phone, language)}
<link rel="stylesheet" href="${stylesheetPath}">${
    nonce &&
    html`
<script nonce="${nonce}" src="${pageScriptPath}" defer></script>`
  }
</head>
<body>
<main${settings && html` class="settings"`}>
${appName && html`<p class="brand">${appName}</p>`}
${back && html`<p class="back"><a href="${back.href}">${back.label}</a></p>`}<h1 class="${HEADINGS[settings ?? "none"]}">${title}</h1>
${lead && html`<p class="lead">${lead}</p>`}
${body}
</main>
</body>
</html>
`.text;
}
