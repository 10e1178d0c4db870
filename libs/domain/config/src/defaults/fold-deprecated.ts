type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The object at a path; undefined when something on the way is absent. */
function objectAt(root: unknown, ...path: string[]): Json | undefined {
  let value = root;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return isObject(value) ? value : undefined;
}

/** The objects of the list at a path. */
function itemsAt(root: unknown, ...path: string[]): Json[] {
  const items = objectAt(root, ...path.slice(0, -1))?.[path.at(-1) as string];
  return Array.isArray(items) ? items.filter(isObject) : [];
}

/** Removes a key and hands back its value. */
function take(object: Json | undefined, key: string): unknown {
  const value = object?.[key];
  if (object) delete object[key];
  return value ?? undefined;
}

/** Sets a key of a child object unless it is set. */
function setDefault(object: Json, child: string, entry: { key: string; value: unknown }): void {
  if (entry.value === undefined) return;
  const inner = isObject(object[child]) ? (object[child] as Json) : {};
  inner[entry.key] ??= entry.value;
  object[child] = inner;
}

/** Seconds as Go prints a duration: 300 -> `5m0s`. */
function goDuration(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}

const durationOf = (seconds: unknown): string | undefined => (typeof seconds === "number" && seconds > 0 ? goDuration(seconds) : undefined);

function foldPeriods(root: Json): void {
  const recovery = objectAt(root, "forgot_password");
  if (recovery) {
    const [period, seconds] = [take(recovery, "code_valid_period"), take(recovery, "reset_code_expiry_seconds")];
    setDefault(recovery, "valid_periods", { key: "link", value: period ?? durationOf(seconds) });
  }
  const verification = objectAt(root, "verification");
  const seconds = durationOf(take(verification, "code_expiry_seconds"));
  if (verification && seconds !== undefined) verification.code_valid_period ??= seconds;
  for (const channel of ["sms", "email"]) {
    const otp = objectAt(root, "authenticator", "oob_otp", channel);
    const period = take(otp, "code_valid_period");
    if (otp) setDefault(otp, "valid_periods", { key: otp.email_otp_mode === "login_link" ? "link" : "code", value: period });
  }
}

function foldModifyDisabled(item: Json, successors: readonly string[]): void {
  const value = take(item, "modify_disabled") ?? false;
  for (const key of successors) item[key] ??= value;
}

/** Keys that are accepted and have no meaning any more. */
const dropped: readonly (readonly [path: readonly string[], key: string])[] = [
  [[], "welcome_message"],
  [[], "otp"],
  [["messaging"], "sms"],
  [["messaging"], "email"],
  [["authenticator", "password"], "ratelimit"],
  [["session"], "cookie_non_persistent"],
];

/** A copy of a valid `authgear.yaml` in which deprecated keys have given their values to their successors and are gone (spec: project configuration §2.5). */
export function foldDeprecated(raw: unknown): Json {
  const root = JSON.parse(JSON.stringify(raw)) as Json;
  foldPeriods(root);
  for (const key of itemsAt(root, "identity", "login_id", "keys")) foldModifyDisabled(key, ["create_disabled", "update_disabled", "delete_disabled"]);
  for (const provider of itemsAt(root, "identity", "oauth", "providers")) foldModifyDisabled(provider, ["create_disabled", "delete_disabled"]);
  for (const [path, key] of dropped) take(objectAt(root, ...path), key);
  return root;
}
