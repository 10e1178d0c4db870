import { oauthError, oauthProtocolError } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { OutboundClient, OutboundError, type OutboundResponse } from "@gatehouse/platform-outbound";

/** Milliseconds for one call (spec: providers §A.2). */
const TIMEOUT_MS = 5_000;
/** Longest text of a provider that goes into an error. */
const MAX_TEXT = 1_000;

/** One call to a provider: a GET, or a POST when there is a form. */
export interface ProviderCall {
  url: string;
  form?: Readonly<Record<string, string>>;
  /** Access token. */
  bearer?: string;
}

/** An answer; `json` is undefined when the body is no JSON object. */
export interface ProviderAnswer {
  status: number;
  json: Record<string, unknown> | undefined;
  /** Bytes of the body. */
  size: number;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function parse({ status, body }: OutboundResponse): ProviderAnswer {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return { status, json: isObject(value) ? value : undefined, size: body.byteLength };
  } catch {
    return { status, json: undefined, size: body.byteLength };
  }
}

/** A provider's text for an error, bounded; undefined when it is none. */
export const errorText = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value.slice(0, MAX_TEXT) : undefined);

/** `OAuthError` from the members of an error answer (RFC 6749 §4.1.2.1, §5.2). */
export function oauthErrorFrom(type: string, { error, error_description, error_uri }: Readonly<Record<string, unknown>>) {
  const [description, uri] = [errorText(error_description), errorText(error_uri)];
  return oauthError({
    error: errorText(error) ?? "",
    ...(description === undefined ? {} : { error_description: description }),
    ...(uri === undefined ? {} : { error_uri: uri }),
    provider_type: type,
    error_category: "",
  });
}

/** Facebook's Graph API puts an object where OAuth has a code. */
const errorMembers = (json: Record<string, unknown>): Record<string, unknown> => (isObject(json.error) ? { error: json.error.type, error_description: json.error.message } : json);

/** Calls to providers: bounded in time and size, no redirect followed, JSON asked for. */
export class ProviderHttp {
  constructor(private readonly outbound: OutboundClient) {}

  /** Any answer. Throws OAuthProtocolError when there is none. */
  async send(ctx: ProjectContext, { url, form, bearer }: ProviderCall): Promise<ProviderAnswer> {
    try {
      const answer = await this.outbound.send({
        method: form ? "POST" : "GET",
        url,
        timeoutMs: TIMEOUT_MS,
        headers: {
          accept: "application/json",
          "user-agent": "Gatehouse", // GitHub refuses calls without one
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
        },
        ...(form ? { body: new URLSearchParams(form).toString() } : {}),
      });
      return parse(answer);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const target = URL.canParse(url) ? new URL(url) : undefined; // never the query: it may hold tokens
      ctx.log.warn({ failure: error.failure, origin: target?.origin, path: target?.pathname }, "A social login provider did not answer.");
      throw oauthProtocolError(`the provider did not answer: ${error.failure}`);
    }
  }

  /** A 200 with a JSON object. Throws OAuthError when the answer is an OAuth error, else OAuthProtocolError. */
  async object(ctx: ProjectContext, { type, ...call }: ProviderCall & { type: string }): Promise<Record<string, unknown>> {
    const { status, json } = await this.send(ctx, call);
    const members = json ? errorMembers(json) : {};
    if (errorText(members.error) !== undefined) throw oauthErrorFrom(type, members);
    if (status !== 200) throw oauthProtocolError(`the provider answered ${status}`);
    if (!json) throw oauthProtocolError("the provider's answer is not a JSON object");
    return json;
  }
}
