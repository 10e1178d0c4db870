import { defineError } from "@gatehouse/platform-errors-core";

/** No API resource has this URI. */
export const resourceNotFound = defineError({
  name: "NotFound",
  reason: "ResourceNotFound",
  message: "resource not found",
  cause: "The project has no API resource with this URI.",
  remedy: "Check the URI; it is compared byte for byte.",
});
/** The API resource has no such scope. */
export const scopeNotFound = defineError({
  name: "NotFound",
  reason: "ScopeNotFound",
  message: "scope not found",
  cause: "The API resource has no scope of this name.",
  remedy: "Create the scope first.",
});
/** The project has no OAuth client with this id. */
export const clientNotFound = defineError({
  name: "NotFound",
  reason: "ClientNotFound",
  message: "client not found",
  cause: "`oauth.clients` has no client with this id.",
  remedy: "Check the client id.",
});
/** The URI of an API resource is taken. */
export const resourceDuplicateUri = defineError({
  name: "BadRequest",
  reason: "ResourceDuplicateURI",
  message: "duplicate resource uri",
  cause: "The project has an API resource with this URI already.",
  remedy: "Use the existing resource or another URI.",
});
/** The API resource has this scope already. */
export const scopeDuplicate = defineError({
  name: "BadRequest",
  reason: "ScopeDuplicate",
  message: "duplicate scope",
  cause: "The API resource has a scope of this name already.",
  remedy: "Use the existing scope or another name.",
});
/** Scopes are given only to clients that may use their resource. */
export const resourceNotAssociatedWithClient = defineError({
  name: "Forbidden",
  reason: "ResourceNotAssociatedWithClient",
  message: "resource is not associated with the client",
  cause: "The client may not use the API resource whose scopes are to be given or taken.",
  remedy: "Associate the resource with the client first.",
});
