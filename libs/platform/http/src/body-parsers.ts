import { ApiError } from "@gatehouse/platform-errors-core";
import type { FastifyInstance } from "fastify";
import { jsonErrorOffset } from "./json-error-offset.js";

/** Bodies other than JSON: 1 MiB. */
const MAX_OTHER_BYTES = 1024 * 1024;

const RAW = Symbol("raw body");

/** A JSON body as it came, for signatures over it; empty for other bodies. */
export const rawBodyOf = (request: object): string => (request as { [RAW]?: string })[RAW] ?? "";

function parseJson(request: object, body: string, done: (error: Error | null, value?: unknown) => void): void {
  (request as { [RAW]?: string })[RAW] = body;
  try {
    done(null, body === "" ? undefined : JSON.parse(body));
  } catch (error) {
    done(new ApiError("BadRequest", "InvalidJSON", "invalid JSON", { byte_offset: jsonErrorOffset(body, error as Error) }));
  }
}

const FORM = Symbol("form");

/** Every value of a name that a form may repeat; the parsed body has the first alone. */
export const formValuesOf = (request: object, name: string): string[] => (request as { [FORM]?: URLSearchParams })[FORM]?.getAll(name) ?? [];

/** First value of each name, as the OAuth endpoints want it. */
function parseForm(request: object, body: string, done: (error: Error | null, value?: unknown) => void): void {
  const form: Record<string, string> = Object.create(null);
  let names = 0;
  const fields = new URLSearchParams(body);
  (request as { [FORM]?: URLSearchParams })[FORM] = fields;
  for (const [name, value] of fields) {
    if (++names > 1000) {
      done(new ApiError("BadRequest", "BadRequest", "too many form fields"));
      return;
    }
    form[name] ??= value;
  }
  done(null, form);
}

/** JSON (broken JSON is InvalidJSON with its byte offset), forms, and GraphQL documents; other types reach the route as text. */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/json\b/, { parseAs: "string" }, parseJson as never);
  fastify.addContentTypeParser(/^application\/x-www-form-urlencoded\b/, { parseAs: "string", bodyLimit: MAX_OTHER_BYTES }, parseForm as never);
  fastify.addContentTypeParser("*", { parseAs: "string", bodyLimit: MAX_OTHER_BYTES }, (_request: unknown, body: string, done: (error: Error | null, value?: unknown) => void) =>
    done(null, body),
  );
}
