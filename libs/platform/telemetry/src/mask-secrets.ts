const JWT = /eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g;
const SESSION_TOKEN = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.[\w]+/g;
const QUERY_SECRET =
  /([?&](?:id_token_hint|login_hint|x_pre_authenticated_url_token|x_end_session_ref|code|token|client_secret|password|refresh_token|access_token|code_verifier)=)[^&\s"]*/g;

/** Replaces what looks like a token in a text that is about to be logged (spec/operations.md §7). */
export function maskSecrets(text: string): string {
  return text.replace(JWT, "********").replace(SESSION_TOKEN, "********").replace(QUERY_SECRET, "$1********");
}
