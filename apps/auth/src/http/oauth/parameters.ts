import { badRequest } from "@gatehouse/domain-errors";
import { joinResources } from "@gatehouse/domain-oauth";
import { type FastifyRequest, formValuesOf } from "@gatehouse/platform-http";

type Source = Readonly<Record<string, unknown>> | undefined | null;

function firstValues(source: Source): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(source ?? {})) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") out[name] = first;
  }
  return out;
}

/** `resource` alone may come several times (RFC 8707 §2). */
function resourcesOf(values: unknown): { resource?: string } {
  const resource = joinResources([values].flat().filter((one) => typeof one === "string"));
  return resource ? { resource } : {};
}

/** Parameters of a form: the first value of a repeated name (spec: oauth-oidc §1.2), but every `resource`. */
export function formParameters(request: FastifyRequest): Record<string, string> {
  const { body } = request;
  if (body !== undefined && body !== null && (typeof body !== "object" || Array.isArray(body))) throw badRequest("invalid form body");
  return { ...firstValues(body as Source), ...resourcesOf(formValuesOf(request, "resource")) };
}

/** Parameters of a request: query and form body together, as `formParameters` reads each. */
export function parameters(request: FastifyRequest): Record<string, string> {
  const query = request.query as Source;
  return { ...firstValues(query), ...resourcesOf(query?.resource), ...formParameters(request) };
}

/** Parameters of OAuth: those without a value count as left out (RFC 6749 §3.1, §3.2). */
export const withValues = (params: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ""));

/** `client_id` and `client_secret` of HTTP Basic, each half form-url-decoded (RFC 6749 §2.3.1); undefined when malformed. */
export function basicCredentials(header: string | undefined): { client_id: string; client_secret: string } | "malformed" | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? "") ?? [];
  if (!encoded) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) return "malformed";
  try {
    const decode = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
    return { client_id: decode(decoded.slice(0, colon)), client_secret: decode(decoded.slice(colon + 1)) };
  } catch {
    return "malformed";
  }
}
