import { send } from "./http.js";

/** `fetch` for client libraries: reaches `*.localhost`, and follows no redirects. */
export async function clientFetch(url: string | URL | Request, options: { method?: string; headers?: unknown; body?: unknown } = {}): Promise<Response> {
  const headers = Object.fromEntries(new Headers((options.headers ?? {}) as Record<string, string>));
  const body = options.body === undefined || options.body === null ? undefined : String(options.body);
  if (options.body instanceof URLSearchParams) headers["content-type"] ??= "application/x-www-form-urlencoded;charset=UTF-8";
  const answer = await send(String(url), { method: options.method, headers, body });
  const given = Object.entries(answer.headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
  return new Response([204, 304].includes(answer.status) ? null : answer.text, { status: answer.status, headers: given });
}
