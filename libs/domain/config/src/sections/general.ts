import { bool, int, list, obj, oneOf, optList, optText, Type } from "../declare.js";

const blockingEvents = [
  "user.pre_create",
  "user.profile.pre_update",
  "user.pre_schedule_deletion",
  "user.pre_schedule_anonymization",
  "oidc.jwt.pre_create",
  "oidc.id_token.pre_create",
  "authentication.pre_initialize",
  "authentication.post_identified",
  "authentication.pre_authenticated",
] as const;
const updated = (kind: string, verbs: readonly string[]) => verbs.map((verb) => `identity.${kind}.${verb}`);
const hookableEvents = [
  "*",
  "user.created",
  "user.authenticated",
  "user.reauthenticated",
  "user.profile.updated",
  "user.disabled",
  "user.reenabled",
  "user.anonymous.promoted",
  "user.deletion_scheduled",
  "user.deletion_unscheduled",
  "user.deleted",
  "user.anonymization_scheduled",
  "user.anonymization_unscheduled",
  "user.anonymized",
  ...["email", "phone", "username"].flatMap((kind) => updated(kind, ["added", "removed", "updated"])),
  ...updated("oauth", ["connected", "disconnected"]),
  ...updated("biometric", ["enabled", "disabled"]),
  "usage.alert.triggered",
];

/** `http`: the project's origins and cookies. */
export const httpSchema = obj(
  {
    public_origin: Type.String({ format: "http_origin", description: "Canonical origin: OIDC issuer, links, WebAuthn relying party." }),
    allowed_origins: optList(Type.String({ minLength: 1, format: "http_origin_spec" }), { description: "Further CORS origins." }),
    cookie_prefix: optText({ description: "Prepended to every cookie name." }),
    cookie_domain: optText({ description: "Domain of cookies that are not host-only." }),
  },
  { required: ["public_origin"], description: "The project's origins and cookies." },
);

const hookUri = () => Type.String({ format: "x_hook_uri" });
/** `hook`: web hooks and scripts. */
export const hookSchema = obj(
  {
    sync_hook_timeout_seconds: int(5, { minimum: 0, description: "Seconds one blocking call may take." }),
    sync_hook_total_timeout_seconds: int(10, { minimum: 0, description: "Seconds all blocking calls of one event may take." }),
    blocking_handlers: optList(obj({ event: oneOf(blockingEvents), url: hookUri() }, { required: ["event", "url"] })),
    non_blocking_handlers: optList(obj({ events: list(oneOf(hookableEvents)), url: hookUri() }, { required: ["events", "url"] })),
  },
  { description: "Web hooks and scripts that hear of events." },
);

/** `localization`. */
export const localizationSchema = obj(
  { fallback_language: Type.String({ format: "bcp47", default: "en" }), supported_languages: list(Type.String({ format: "bcp47" }), { minItems: 1, uniqueItems: true }) },
  { description: "Languages of pages and messages." },
);

/** `search`. */
export const searchSchema = obj({ implementation: Type.Optional(oneOf(["elasticsearch", "postgresql", "none"])) }, { description: "Who answers user searches." });
/** `google_tag_manager`. */
export const googleTagManagerSchema = obj({ container_id: optText({ format: "google_tag_manager_container_id" }) });
/** `external_jwt`. */
export const externalJwtSchema = obj(
  { issuers: optList(obj({ iss: Type.String(), aud: optText(), jwks_uri: Type.String({ format: "uri" }) }, { required: ["iss", "jwks_uri"] })) },
  { description: "Trusted issuers of JWTs that may sign users up." },
);

/** `session`: the IdP session. */
export const sessionSchema = obj(
  {
    lifetime_seconds: int(31449600, { minimum: 0 }),
    idle_timeout_enabled: bool(true),
    idle_timeout_seconds: int(2592000, { minimum: 0 }),
    use_session_cookie: bool(false, "No Max-Age on the session cookie."),
    cookie_non_persistent: Type.Optional(Type.Boolean({ deprecated: true })),
  },
  { description: "Lifetime of the IdP session." },
);
