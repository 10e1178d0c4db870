/** A login hint of type `login_id`: the value to fill in, and whether it may be changed (spec: oauth-oidc §4.5). */
export function readLoginHint(hint: string | undefined): { value: string; enforce: boolean } | undefined {
  if (!hint?.startsWith("https://authgear.com/login_hint?")) return undefined;
  if (!URL.canParse(hint)) return undefined;
  const params = new URL(hint).searchParams;
  const value = params.get("email") ?? params.get("phone") ?? params.get("username");
  return params.get("type") === "login_id" && value ? { value, enforce: params.get("enforce") === "true" } : undefined;
}

/** Whether a login hint names an anonymous user, who is to be promoted. */
export function isAnonymousHint(hint: string): boolean {
  return hint.startsWith("https://authgear.com/login_hint?") && new URL(hint).searchParams.get("type") === "anonymous";
}
