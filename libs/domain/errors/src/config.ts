import { defineError } from "@gatehouse/platform-errors-core";

/** Someone else saved first. */
export const resourceUpdateConflict = defineError<{ path: string }>({
  name: "Forbidden",
  reason: "ResourceUpdateConflict",
  message: "resource was updated by someone else",
  info: { path: "the file" },
  cause: "The checksum sent is not that of the stored file.",
  remedy: "Load the file again and repeat the change.",
});
/** A file above its limit. */
export const resourceTooLarge = defineError<{ size: number; max_size: number; path: string }>({
  name: "RequestEntityTooLarge",
  reason: "ResourceTooLarge",
  message: "resource is too large",
  info: { size: "bytes sent", max_size: "bytes allowed", path: "the file" },
  cause: "The file is larger than its kind may be.",
  remedy: "Make it smaller.",
});
/** The id breaks the pattern of project ids. */
export const invalidAppId = defineError({
  name: "Invalid",
  reason: "InvalidAppID",
  message: "invalid app ID",
  cause: "A project id has 4 to 32 characters of a-z, 0-9 and hyphen, and starts and ends with a letter or digit.",
  remedy: "Choose another id.",
});
/** The id is kept for the platform. */
export const appIdReserved = defineError({
  name: "Forbidden",
  reason: "AppIDReserved",
  message: "app ID is reserved",
  cause: "The id is a common sub-domain name or starts with two letters and a hyphen.",
  remedy: "Choose another id.",
});
/** The id is taken. */
export const duplicatedAppId = defineError({
  name: "AlreadyExists",
  reason: "DuplicatedAppID",
  message: "duplicated app ID",
  cause: "Another project has this id.",
  remedy: "Choose another id.",
});
/** The domain belongs to a project already. */
export const duplicatedDomain = defineError({
  name: "AlreadyExists",
  reason: "DuplicatedDomain",
  message: "requested domain is already in use",
  cause: "A project already has this domain.",
  remedy: "Remove it there first.",
});
/** The path is no resource a project may have. */
export const unknownResource = defineError<{ path: string }>({
  name: "Invalid",
  reason: "UnknownResource",
  message: "unknown resource path",
  info: { path: "the path" },
  cause: "The path matches no known kind of project file.",
  remedy: "See docs/config for the files a project may have.",
});
/** No project has this id, or it is not the caller's. */
export const projectNotFound = defineError({
  name: "NotFound",
  reason: "ProjectNotFound",
  message: "project not found",
  cause: "There is no such project, or it is not yours.",
  remedy: "Check the id.",
});
/** The domain was verified already. */
export const domainVerified = defineError({
  name: "AlreadyExists",
  reason: "DomainVerified",
  message: "requested domain is already verified",
  cause: "The project has verified this domain before.",
  remedy: "Nothing is left to do.",
});
/** The project has no such domain. */
export const domainNotFound = defineError({
  name: "NotFound",
  reason: "DomainNotFound",
  message: "domain not found",
  cause: "The id is none of the project's domains.",
  remedy: "List the domains of the project.",
});
/** A default domain cannot be deleted or verified. */
export const domainNotCustom = defineError({
  name: "Forbidden",
  reason: "DomainNotCustom",
  message: "requested domain is not a custom domain",
  cause: "The platform gave this domain to the project.",
  remedy: "Leave it; add a custom domain beside it.",
});
/** The DNS record that proves ownership is not there. */
export const domainVerificationFailed = defineError({
  name: "Forbidden",
  reason: "DomainVerificationFailed",
  message: "domain verification failed",
  cause: "No TXT record of the apex domain has the expected text, or the name servers did not answer in time.",
  remedy: "Add the record, wait until it is published, and try again.",
});
/** The text is no domain that can be verified. */
export const invalidDomain = defineError({
  name: "Invalid",
  reason: "InvalidDomain",
  message: "invalid domain",
  cause: "The text is not a host name below a public suffix.",
  remedy: "Write a name such as auth.example.com.",
});
/** The portal wants a fresh login before it shows or changes this. The reason is misspelt on the wire. */
export const reauthRequired = defineError({
  name: "Forbidden",
  reason: "ReauthRequrired",
  message: "reauthentication required",
  cause: "The session's last authentication is too old for this.",
  remedy: "Authenticate again and repeat the request.",
});
