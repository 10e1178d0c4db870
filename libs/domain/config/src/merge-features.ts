type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Objects whose members are replaced one by one; everything below a member is replaced with it. */
const merged: ReadonlySet<string> = new Set([
  "",
  "identity",
  "identity.oauth",
  "authentication",
  "authenticator",
  "authenticator.password",
  "authenticator.password.policy",
  "ui",
  "oauth",
  "oauth.client",
  "hook",
  "messaging",
  "usage",
  "usage.limits",
  "collaborator",
  "admin_api",
  "test_mode",
]);

/** Lays one feature document over another (spec: project configuration §7.2). Neither is decorated with defaults yet. */
export function mergeFeatures(lower: Json, upper: Json, at = ""): Json {
  const result: Json = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const here = at === "" ? key : `${at}.${key}`;
    const former = lower[key];
    if (here === "web3") continue;
    if (here === "usage.hooks" && Array.isArray(former) && Array.isArray(value)) result[key] = [...former, ...value];
    else if (merged.has(here) && isObject(former) && isObject(value)) result[key] = mergeFeatures(former, value, here);
    else if (value !== undefined && value !== null) result[key] = value;
  }
  return result;
}
