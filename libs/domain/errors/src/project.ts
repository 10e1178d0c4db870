import { defineError } from "@gatehouse/platform-errors-core";

/** An image file that is none of the kinds browsers may be given. */
export const unsupportedImageFile = defineError<{ type: string }>({
  name: "BadRequest",
  reason: "UnsupportedImageFile",
  message: "unsupported image file",
  info: { type: "the media type found" },
  cause: "The content is not PNG, JPEG or GIF.",
  remedy: "Convert the image.",
});
/** The developer owns as many projects as he may. */
export const projectQuotaExceeded = defineError({
  name: "BadRequest",
  reason: "QuotaExceeded",
  message: "you have reached the quota of projects",
  cause: "The developer owns as many projects as he may.",
  remedy: "Delete a project or ask the operator.",
});
/** He works on the project already. */
export const collaboratorDuplicate = defineError({
  name: "AlreadyExists",
  reason: "CollaboratorDuplicate",
  message: "user is already a collaborator",
  cause: "The user works on this project already.",
  remedy: "Nothing to do.",
});
/** There is no such collaborator. */
export const collaboratorNotFound = defineError({
  name: "NotFound",
  reason: "CollaboratorNotFound",
  message: "collaborator not found",
  cause: "The user does not work on this project.",
  remedy: "Check the id.",
});
/** Nobody removes himself. */
export const collaboratorSelfDeletion = defineError({
  name: "Forbidden",
  reason: "CollaboratorSelfDeletion",
  message: "cannot remove self from collaborator",
  cause: "A collaborator tried to remove himself.",
  remedy: "Ask another collaborator.",
});
/** An editor may not remove an owner. */
export const collaboratorAccessDenied = defineError({
  name: "Forbidden",
  reason: "AccessDenied",
  message: "access denied",
  cause: "An editor tried to remove an owner.",
  remedy: "Ask an owner.",
});
/** A portal request without a valid session. */
export const unauthenticated = defineError({
  name: "Unauthorized",
  reason: "Unauthenticated",
  message: "authentication required",
  cause: "The access token of the portal's project is missing, wrong or expired.",
  remedy: "Sign in again.",
});
/** A call to the operator API without the operator's token. */
export const operatorUnauthorized = defineError({
  name: "Unauthorized",
  reason: "Unauthorized",
  message: "operator token required",
  cause: "The bearer token is not GATEHOUSE_OPERATOR_TOKEN.",
  remedy: "Send Authorization: Bearer with the token the platform was started with.",
});
