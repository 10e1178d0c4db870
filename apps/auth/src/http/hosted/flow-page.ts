import type { Markup, PhoneInput } from "../pages/index.js";
import type { Alternative } from "./branches.js";
import type { ShownState } from "./flow-paths.js";
import type { Form } from "./form-meaning.js";
import type { PageScreen } from "./page-screen.js";
import type { ProfileField } from "./profile-fields.js";

/** What a flow page shows. */
export interface FlowPage {
  appName: string;
  /** Path of the page. */
  path: string;
  state: ShownState;
  screen: PageScreen;
  /** Where its forms go. */
  action: string;
  query: Readonly<Record<string, string>>;
  /** Ways that may be taken instead. */
  others: readonly Alternative[];
  /** Whether this device may be remembered. */
  remembers: boolean;
  profile: readonly ProfileField[];
  /** What was typed before. */
  form: Form;
  now: Date;
  /** What fields of phone numbers offer. */
  phone: () => PhoneInput;
  /** Whether an app shows the page. */
  native: boolean;
  /** Nonce of the page's scripts. */
  nonce: string;
  error?: string;
  errorReason?: string;
  /** How long the account stays locked, in milliseconds. */
  lockedMs?: number | undefined;
  notice?: string;
  /** Link to the other entry page. */
  switchTo?: string;
  /** Link to the recovery of accounts. */
  recovery?: string;
  /** Link to the login page. */
  login: string;
  /** What the person typed before, or the login hint. */
  loginId?: string;
  loginIdReadonly?: boolean;
  /** The provider's widget that the page holds. */
  challenge?: { type: "cloudflare" | "recaptchav2"; siteKey: string };
  /** Address of the social provider, where the page links to it. */
  providerUrl?: string;
}

/** The parts of a page that differ. */
export interface PageContent {
  title: string;
  lead?: string;
  body: Markup;
  /** It has a field of a phone number. */
  usesPhone?: boolean;
}
