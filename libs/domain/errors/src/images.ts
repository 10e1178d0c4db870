import { defineError } from "@gatehouse/platform-errors-core";

/** A signed address whose parameters cannot be read. */
export const invalidSignatureQueryParam = defineError({
  name: "Invalid",
  reason: "InvalidSignatureQueryParam",
  message: "invalid signature query parameter",
  cause: "One of the `x-authgear-*` parameters of an upload address is missing or malformed.",
  remedy: "Use the upload address as it was given out.",
});
/** A signed address that was changed. */
export const invalidSignature = defineError<{ canonical_request: string }>({
  name: "Invalid",
  reason: "InvalidSignature",
  message: "invalid signature",
  info: { canonical_request: "what the signature should have been made over" },
  cause: "Path, query or host of an upload address are not those that were signed.",
  remedy: "Use the upload address as it was given out.",
});
/** A signed address whose time is over. */
export const expiredSignature = defineError({
  name: "Invalid",
  reason: "ExpiredSignature",
  message: "expired signature",
  cause: "The upload address is older than 15 minutes.",
  remedy: "Ask for a new upload address.",
});
/** An upload address takes one image. */
export const duplicatedImage = defineError({
  name: "AlreadyExists",
  reason: "DuplicatedImage",
  message: "duplicated image",
  cause: "An image was sent to this upload address before.",
  remedy: "Ask for a new upload address.",
});
/** The project cannot sign upload addresses. */
export const missingImagesSecret = defineError({
  name: "InternalError",
  reason: "InternalError",
  message: "missing images secret",
  cause: "`authgear.secrets.yaml` has no key under `images`.",
  remedy: "Publish the project again: missing keys are made.",
});
