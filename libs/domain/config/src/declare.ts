import { type Static, type TProperties, type TSchema, Type } from "@gatehouse/platform-schema";

/** How an object section is declared beside its properties. */
export interface ObjectOptions {
  /** Keys that must be written; all others may be absent and get their default. */
  required?: readonly string[];
  /** Tolerates unknown keys. */
  open?: boolean;
  /** Stays absent when it is not written; otherwise missing objects are created so that their children get defaults. */
  nullable?: boolean;
  description?: string;
  /** Further JSON-schema keywords: if/then/else, allOf ... */
  extra?: Record<string, unknown>;
}

/** An object whose `required` holds only what an author must write; properties without `Type.Optional` are there after defaulting. */
export function obj<P extends TProperties>(properties: P, options: ObjectOptions = {}) {
  const schema = Type.Object(properties);
  const { required, open, nullable, description, extra } = options;
  return Object.assign({}, schema, {
    required: required ? [...required] : undefined,
    additionalProperties: open ?? false,
    nullable: nullable || undefined,
    description,
    ...extra,
  }) as unknown as typeof schema;
}

/** A boolean with a default; absent and `false` differ. */
export const bool = (fallback: boolean, description?: string) => Type.Boolean({ default: fallback, description });
/** A text without default. */
export const optText = (extra: Record<string, unknown> = {}) => Type.Optional(Type.String(extra));
/** A text that must not be empty. */
export const filled = () => Type.String({ minLength: 1 });
/** A whole number; 0 counts as absent when a default is given. */
export const int = (fallback: number, extra: Record<string, unknown> = {}) => Type.Integer({ default: fallback, ...extra });
/** A Go duration text. */
export const duration = (fallback: string) => Type.String({ format: "x_duration_string", default: fallback });
/** A duration without default. */
export const optDuration = () => Type.Optional(Type.String({ format: "x_duration_string" }));
/** One of some words. */
export function oneOf<const T extends readonly string[]>(choices: T, extra: Record<string, unknown> = {}) {
  return Type.Unsafe<T[number]>({ type: "string", enum: [...choices], ...extra });
}
/** A list. */
export const list = <S extends TSchema>(item: S, extra: Record<string, unknown> = {}) => Type.Array(item, extra);
/** A list that may be absent. */
export const optList = <S extends TSchema>(item: S, extra: Record<string, unknown> = {}) => Type.Optional(Type.Array(item, extra));

/** A rate limit as configured; after defaulting `enabled` is always there. */
export interface RateLimitConfig {
  enabled?: boolean;
  /** Go duration. */
  period?: string;
  burst?: number;
}

/** A rate limit (spec/project-configuration.md §3.3). Without `enabled` it is replaced as a whole by `fallback`; with none it stays empty and the code falls back. */
export function rateLimit(fallback?: { burst: number; period: string } | "off") {
  const whole = fallback === "off" ? { enabled: false } : fallback && { enabled: true, ...fallback };
  return Type.Unsafe<RateLimitConfig>({
    type: "object",
    additionalProperties: false,
    properties: { enabled: { type: "boolean" }, period: { type: "string", format: "x_duration_string" }, burst: { type: "integer", minimum: 1 } },
    if: { properties: { enabled: { const: true } }, required: ["enabled"] },
    // biome-ignore lint/suspicious/noThenProperty: a JSON-schema keyword
    then: { required: ["period"] },
    wholeDefault: whole ?? {},
  });
}

/** The type of a declared section after defaulting. */
export type Config<S extends TSchema> = Static<S>;
export { type Static, Type } from "@gatehouse/platform-schema";
