import { html, type Markup, pageText, renderPage, type PageTextKey } from "../pages/index.js";
import { optionsOf, pathOf, type ShownState } from "./flow-paths.js";

/** What a flow page shows beside its state. */
export interface FlowPage {
  appName: string;
  state: ShownState;
  /** Where the form goes. */
  action: string;
  /** Link to the other entry page, if there is one. */
  switchTo?: string;
  error?: string;
  notice?: string;
  /** What the person typed before, or the login hint. */
  loginId?: string;
  loginIdReadonly?: boolean;
}

const alert = (error: string | undefined): Markup | false => (error ? html`<p class="alert" role="alert">${error}</p>` : false);

interface Field {
  name: string;
  label: string;
  type?: string;
  autocomplete: string;
  value?: string;
  readonly?: boolean;
  inputmode?: string;
  focus?: boolean;
}

function field({ name, label, type = "text", autocomplete, value, readonly, inputmode, focus = true }: Field): Markup {
  return html`<div class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value ?? ""}" required${readonly && html` readonly`}${inputmode && html` inputmode="${inputmode}"`}${focus && !readonly && html` autofocus`}></div>`;
}

/** The page of a state; forms post to their own URL and need no script. */
export function renderFlowPage(page: FlowPage): string {
  const path = pathOf(page.state);
  if (path.endsWith("/enter_password")) return renderEnterPassword(page);
  if (path.endsWith("/create_password") || path.endsWith("/change_password")) return renderNewPassword(page, path.endsWith("/change_password"));
  if (path.endsWith("/enter_oob_otp")) return renderEnterCode(page);
  return renderEntry(page);
}

function renderEntry(page: FlowPage): string {
  const { appName, state, action, switchTo, error, loginId, loginIdReadonly } = page;
  const kind = state.type === "signup" ? "signup" : "login";
  const kinds = optionsOf(state).map(({ identification }) => identification ?? "");
  const text = (part: string) => pageText(`v2.page.${kind}.default.${part}` as PageTextKey, { AppName: appName });
  const single = kinds.length === 1 ? kinds[0] : undefined;
  const label = single ? pageText(`v2.label.${single}` as PageTextKey) : pageText("v2.label.login-id");
  const name = kind === "signup" ? "q_login_id" : "x_login_id";
  const types: Record<string, string> = { email: "email", phone: "tel" };
  const form = html`${alert(error)}
<form method="post" action="${action}">
<input type="hidden" name="x_action" value="login_id">
${field({ name, label, type: (single && types[single]) || "text", autocomplete: "username", value: loginId, readonly: loginIdReadonly })}
<button>${text("submit")}</button>
</form>
${switchTo && html`<p class="links">${text("switch")} <a href="${switchTo}">${text("switch-link")}</a></p>`}`;
  return renderPage({ title: text("title"), appName, lead: text("lead"), body: form });
}

function renderEnterPassword({ appName, state, action, error }: FlowPage): string {
  const others = optionsOf(state)
    .map((option, index) => ({ option, index }))
    .filter(({ option }) => !option.authentication?.endsWith("password"));
  const branches = others.map(
    ({ option, index }) =>
      html`<form class="more" method="post" action="${action}"><input type="hidden" name="x_action" value="take_branch"><input type="hidden" name="x_index" value="${index}"><button class="secondary">${pageText("v2.page.branch.default.code", { target: option.masked_display_name ?? "" })}</button></form>`,
  );
  return renderPage({
    title: pageText("v2.page.enter-password.default.title"),
    appName,
    body: html`${alert(error)}<form method="post" action="${action}">${field({ name: "x_password", label: pageText("v2.label.password"), type: "password", autocomplete: "current-password" })}<button>${pageText("v2.page.enter-password.default.submit")}</button></form>${branches}`,
  });
}

function renderNewPassword({ appName, state, action, error }: FlowPage, isChange: boolean): string {
  const policy = (state.action.data?.password_policy ??
    optionsOf(state)
      .map((option) => (option as { password_policy?: unknown }).password_policy)
      .find(Boolean)) as { minimum_length?: number } | undefined;
  const name = isChange ? "x_new_password" : "x_password";
  const title = isChange ? pageText("v2.page.change-password.default.title") : pageText("v2.page.create-password.default.title");
  return renderPage({
    title,
    appName,
    lead: isChange ? pageText("v2.page.change-password.default.lead") : undefined,
    body: html`${alert(error)}<form method="post" action="${action}">
${field({ name, label: pageText("v2.label.password"), type: "password", autocomplete: "new-password" })}
<p class="hint">${pageText("v2.page.create-password.default.rules", { length: String(policy?.minimum_length ?? 8) })}</p>
${field({ name: "x_confirm_password", label: pageText("v2.label.confirm-password"), type: "password", autocomplete: "new-password", focus: false })}
<button>${pageText("v2.page.create-password.default.submit")}</button></form>`,
  });
}

function renderEnterCode({ appName, state, action, error, notice }: FlowPage): string {
  const data = state.action.data ?? {};
  const lead = pageText("v2.page.enter-code.default.lead", { length: String(data.code_length ?? 6), target: String(data.masked_claim_value ?? "") });
  return renderPage({
    title: pageText("v2.page.enter-code.default.title"),
    appName,
    lead,
    body: html`${alert(error)}${notice && html`<p class="notice" role="status">${notice}</p>`}<form class="code" method="post" action="${action}"><input type="hidden" name="x_action" value="submit">
${field({ name: "x_code", label: pageText("v2.label.code"), autocomplete: "one-time-code", inputmode: "numeric" })}<button>${pageText("v2.page.enter-code.default.submit")}</button></form>
<form class="more" method="post" action="${action}"><input type="hidden" name="x_action" value="resend"><button class="secondary">${pageText("v2.page.enter-code.default.resend")}</button></form>`,
  });
}
