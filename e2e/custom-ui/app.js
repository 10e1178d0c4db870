// A sign-in UI of one's own, written from the description of the Authentication Flow API alone: it creates a flow and shows whatever step comes back.
// Pages: /signup, /login, /recovery run the flow of that kind; /reset?code= opens a recovery link; /account links a social account; /callback is where
// social login providers send the browser back to. `config.json` says where the API is and which flow names to use.

const { api, flow } = await (await fetch("/config.json")).json();
const main = document.querySelector("main");
const alertBox = document.querySelector("[role=alert]");
const callback = `${location.origin}/callback`;

let current; // the last result of the API
let socket;

// ---- The API ----

async function post(path, body) {
  const response = await fetch(api + path, {
    method: "POST",
    credentials: "include",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { result, error } = await response.json();
  alertBox.hidden = !error;
  alertBox.textContent = error ? describe(error) : "";
  return { result, error };
}

const describe = ({ reason, message, info }) => {
  const causes = (info?.causes ?? []).map((cause) => cause.Name ?? `${cause.location} ${cause.kind}`);
  return [reason, message, info?.cause?.kind, ...causes].filter(Boolean).join(" · ");
};

/** Runs a request of the flow API and shows what comes back; a refused input leaves the step where it was. */
async function step(path, body) {
  const { result } = await post(`/api/v1/authentication_flows${path}`, body);
  if (result) show(result);
}

const create = (type, name) => step("", { type, name, ...(location.search ? { url_query: location.search.slice(1) } : {}) });
const feed = (input) => step("/states/input", { ...(current ? { state_token: current.state_token } : {}), input });
const reread = () => step("/states", { state_token: current.state_token });

// ---- Elements ----

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node[name] = value;
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const button = (label, onclick, more = {}) => element("button", { type: "button", onclick, ...more }, label);

/** A form of labelled fields; `submit` gets their values by name. */
function form({ id, title, fields, action }, submit) {
  const rows = fields.map(({ name, label, ...more }) => element("label", {}, `${label} `, element("input", { name, required: more.type !== "checkbox", ...more })));
  const onsubmit = (event) => {
    event.preventDefault();
    const inputs = [...event.target.querySelectorAll("input")];
    submit(Object.fromEntries(inputs.map((input) => [input.name, input.type === "checkbox" ? input.checked : input.value])));
  };
  return element("form", { "data-form": id, onsubmit }, element("h2", {}, title), ...rows, element("button", {}, action ?? "Continue"));
}

const field = (name, label, more = {}) => ({ name, label, ...more });
const secret = (name, label, autocomplete) => field(name, label, { type: "password", autocomplete });

/** What an option with bot protection asks for beside its own fields, and how that goes into the input. */
const botFields = (option) => (option.bot_protection?.enabled ? [field("bot_response", "Token of the challenge")] : []);
const withBot = (option, { bot_response, ...values }) => ({
  ...values,
  ...(option.bot_protection?.enabled ? { bot_protection: { type: option.bot_protection.provider.type, response: bot_response } } : {}),
});

/** Fields of an option as a form; a choice without fields is a button. */
function optionForm(option, { id, title, fields = [], input = {} }) {
  const all = [...fields, ...botFields(option)];
  if (all.length === 0) return button(title, () => feed(input), { "data-option": id });
  return form({ id, title, fields: all }, (values) => feed({ ...input, ...withBot(option, values) }));
}

const list = (items) => element("div", {}, ...items);

// ---- Steps, by the type of their data ----

const TYPES = { email: "email", phone: "tel", username: "text" };

function identification(option, index) {
  const { identification: kind } = option;
  const input = { identification: kind };
  if (kind in TYPES) return optionForm(option, { id: kind, title: `By ${kind}`, fields: [field("login_id", kind, { type: TYPES[kind] })], input });
  if (kind === "oauth") {
    const title = `Continue with ${option.alias}`;
    return optionForm(option, { id: `oauth-${option.alias}`, title, input: { ...input, alias: option.alias, redirect_uri: callback } });
  }
  if (kind === "select_account") return optionForm(option, { id: kind, title: `Continue as ${option.display_name}`, input: { ...input, index } });
  if (kind === "ldap") {
    const fields = [field("username", "Username"), secret("password", "Password", "current-password")];
    return optionForm(option, { id: `ldap-${option.server_name}`, title: `Directory ${option.server_name}`, fields, input: { ...input, server_name: option.server_name } });
  }
  if (kind === "id_token") return optionForm(option, { id: kind, title: "By ID token", fields: [field("id_token", "ID token")], input });
  return button("Passkey", async () => feed({ ...input, assertion_response: await askPasskey(option.request_options) }), { "data-option": kind });
}

function authentication(option, index, deviceToken) {
  const { authentication: kind } = option;
  const input = { authentication: kind };
  const device = deviceToken ? [field("request_device_token", "Remember this device", { type: "checkbox" })] : [];
  if (kind.endsWith("_passkey")) return button("Passkey", async () => feed({ ...input, assertion_response: await askPasskey(option.request_options) }), { "data-option": kind });
  if (kind.endsWith("_password")) return optionForm(option, { id: kind, title: "Password", fields: [secret("password", "Password", "current-password"), ...device], input });
  if (kind === "secondary_totp")
    return optionForm(option, { id: kind, title: "Code of your authenticator app", fields: [field("code", "Code", { autocomplete: "one-time-code" }), ...device], input });
  if (kind === "recovery_code") return optionForm(option, { id: kind, title: "Recovery code", fields: [field("recovery_code", "Recovery code"), ...device], input });
  const choices = option.channels.map((channel) => {
    const title = `Send a ${option.otp_form} to ${option.masked_display_name} by ${channel}`;
    return optionForm(option, { id: `${kind}-${channel}`, title, input: { ...input, index, ...(option.channels.length > 1 ? { channel } : {}) } });
  });
  return list(choices);
}

function newAuthenticator(option) {
  const { authentication: kind } = option;
  const input = { authentication: kind };
  if (kind.endsWith("_password")) {
    const title = `Choose a password of at least ${option.password_policy.minimum_length} characters`;
    return optionForm(option, { id: kind, title, fields: [secret("new_password", "New password", "new-password")], input });
  }
  if (kind === "secondary_totp") return optionForm(option, { id: kind, title: "Set up an authenticator app", input });
  if (option.target) return optionForm(option, { id: kind, title: `Use ${option.target.masked_display_name}`, input });
  return optionForm(option, { id: kind, title: "Use another address", fields: [field("target", "Address")], input });
}

function oneTimeCode(data) {
  const title = `We sent a ${data.otp_form} to ${data.masked_claim_value} by ${data.channel} (${data.delivery_status})`;
  const resend = button("Send again", () => feed({ resend: true }), { "data-resend": data.can_resend_at });
  if (data.otp_form === "code") {
    const fields = [field("code", "Code", { autocomplete: "one-time-code" })];
    return list([form({ id: "code", title, fields }, feed), resend]);
  }
  listen(data.websocket_url);
  return list([
    element("h2", {}, title),
    data.can_check ? button("I opened the link", () => feed({ check: true })) : element("p", {}, "Waiting for the link to be opened"),
    resend,
  ]);
}

/** Listens until the link is opened somewhere; a closed connection is opened again while the step is shown. */
function listen(url) {
  if (socket?.url === url && socket.readyState <= WebSocket.OPEN) return;
  const mine = new WebSocket(url);
  socket = mine;
  const alive = setInterval(() => mine.readyState === WebSocket.OPEN && mine.send("{}"), 10_000);
  mine.onmessage = async ({ data }) => {
    if (JSON.parse(data).kind !== "refresh") return;
    await reread();
    if (current.action.data.can_check) await feed({ check: true });
  };
  mine.onclose = () => {
    clearInterval(alive);
    if (socket === mine && current.action.data?.websocket_url === url) setTimeout(() => listen(url), 1000);
  };
}

const linking = (option, index) => {
  const title = `Log in to ${option.masked_display_name} by ${option.alias ?? option.identification} and link it`;
  return optionForm(option, { id: `link-${option.alias ?? option.identification}`, title, input: { index, ...(option.alias ? { redirect_uri: callback } : {}) } });
};

const destination = (option, index) =>
  button(`${option.otp_form} to ${option.masked_display_name} by ${option.channel}`, () => feed({ index }), { "data-option": `destination-${index}` });

const screens = {
  identification_data: ({ options }) => list(options.map(identification)),
  authentication_data: ({ options, device_token_enabled }) => list(options.map((option, index) => authentication(option, index, device_token_enabled))),
  create_authenticator_data: ({ options }) => list(options.map(newAuthenticator)),
  create_totp_data: ({ secret: key, otpauth_uri }) =>
    list([
      element("p", {}, "Add this key to your authenticator app: ", element("a", { href: otpauth_uri }, element("code", { "data-totp-secret": true }, key))),
      form({ id: "code", title: "Then enter its code", fields: [field("code", "Code", { autocomplete: "one-time-code" })] }, feed),
    ]),
  select_oob_otp_channels_data: ({ channels, masked_claim_value }) =>
    list(channels.map((channel) => button(`${masked_claim_value} by ${channel}`, () => feed({ channel }), { "data-option": `channel-${channel}` }))),
  verify_oob_otp_data: oneTimeCode,
  view_recovery_code_data: ({ recovery_codes }) =>
    list([
      element("ul", { "data-recovery-codes": true }, ...recovery_codes.map((code) => element("li", {}, code))),
      button("I kept them", () => feed({ confirm_recovery_code: true })),
    ]),
  create_passkey_data: ({ creation_options, allow_do_not_ask_again }) =>
    list([
      button("Add a passkey", async () => feed({ creation_response: await makePasskey(creation_options) })),
      button("Not now", () => feed({ skip: true })),
      ...(allow_do_not_ask_again ? [button("Never", () => feed({ skip: true, do_not_ask_again: true }))] : []),
    ]),
  new_password_data: ({ password_policy, force_change_reason }) => {
    const why = force_change_reason ? ` (${force_change_reason})` : "";
    const title = `Choose a new password of at least ${password_policy.minimum_length} characters${why}`;
    return form({ id: "new-password", title, fields: [secret("new_password", "New password", "new-password")] }, feed);
  },
  oauth_data: ({ oauth_authorization_url, alias }) => leave({ url: oauth_authorization_url, onReturn: { token: current.state_token }, title: `Going to ${alias}` }),
  account_linking_identification_data: ({ options }) => list([element("h2", {}, "You have an account already"), ...options.map(linking)]),
  account_recovery_identification_data: ({ options }) => list(options.map(identification)),
  account_recovery_select_destination_data: ({ options }) => list(options.map(destination)),
  account_recovery_verify_code_data: ({ masked_display_name, otp_form }) =>
    list([
      form({ id: "account_recovery_code", title: `We sent a ${otp_form} to ${masked_display_name}`, fields: [field("account_recovery_code", "Code")] }, feed),
      button("Send again", () => feed({ resend: true })),
    ]),
};

/** Steps that come without a type of data. */
const plainScreens = {
  terminate_other_sessions: () => button("End my other sessions", () => feed({ confirm_terminate_other_sessions: true })),
  verify_account_recovery_code: () => form({ id: "account_recovery_code", title: "Code", fields: [field("account_recovery_code", "Code")] }, feed),
  finished: ({ finish_redirect_uri }) => {
    if (!finish_redirect_uri) return element("h1", {}, current.type === "account_recovery" ? "Your password was changed" : "You are signed in");
    location.assign(finish_redirect_uri);
    return element("h1", {}, "Going back to the app");
  },
};

function show(result) {
  current = result;
  const { type, identification: how, authentication: method, data } = result.action;
  const screen = screens[data.type] ?? plainScreens[type];
  main.dataset.step = [result.type, type, method ?? how].filter(Boolean).join(" ");
  main.replaceChildren(screen ? screen(data) : element("p", {}, `This UI does not know the step ${type} ${data.type ?? ""}`));
}

// ---- Leaving and coming back ----

/** Sends the browser to a provider with a state of this UI's own, and remembers what to do on return. */
function leave({ url, onReturn, title }) {
  const target = new URL(url);
  const state = target.searchParams.get("state") ?? crypto.randomUUID();
  target.searchParams.set("state", state);
  sessionStorage.setItem("leaving", JSON.stringify({ ...onReturn, state }));
  location.assign(target.href);
  return element("h1", {}, title);
}

async function comeBack() {
  const { state, token, accountToken } = JSON.parse(sessionStorage.getItem("leaving") ?? "{}");
  sessionStorage.removeItem("leaving");
  if (!state || new URLSearchParams(location.search).get("state") !== state) {
    main.replaceChildren(element("h1", {}, "This did not start here"));
    return;
  }
  const query = location.search;
  history.replaceState(null, "", "/");
  if (accountToken) {
    const { error } = await post("/api/v1/account/identification/oauth", { token: accountToken, query });
    main.replaceChildren(element("h1", {}, error ? "Not linked" : "Linked"));
    return;
  }
  current = { state_token: token };
  await feed({ query });
}

// ---- Passkeys ----

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const withBytes = (descriptors) => descriptors?.map((one) => ({ ...one, id: toBytes(one.id) }));

async function askPasskey({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge), allowCredentials: withBytes(publicKey.allowCredentials) };
  return jsonOf(await navigator.credentials.get({ publicKey: options }), ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
}

async function makePasskey({ publicKey }) {
  const user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
  const options = { ...publicKey, user, challenge: toBytes(publicKey.challenge), excludeCredentials: withBytes(publicKey.excludeCredentials) };
  return jsonOf(await navigator.credentials.create({ publicKey: options }), ["clientDataJSON", "attestationObject"]);
}

function jsonOf({ id, type, rawId, response }, names) {
  const parts = names.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  return { id, type, rawId: toText(rawId), clientExtensionResults: {}, response: Object.fromEntries(parts) };
}

// ---- Pages ----

function account() {
  const start = async ({ alias }) => {
    const { result } = await post("/api/v1/account/identification", { identification: "oauth", alias, redirect_uri: callback });
    if (result) main.replaceChildren(leave({ url: result.authorization_url, onReturn: { accountToken: result.token }, title: `Going to ${alias}` }));
  };
  main.replaceChildren(form({ id: "link", title: "Link a social account", fields: [field("alias", "Provider")], action: "Link" }, start));
}

const pages = {
  "/signup": () => create("signup", flow),
  "/login": () => create("login", flow),
  "/recovery": () => create("account_recovery", "default"),
  "/reset": () => feed({ account_recovery_code: new URLSearchParams(location.search).get("code") }),
  "/account": account,
  "/callback": comeBack,
};

await pages[location.pathname]?.();
