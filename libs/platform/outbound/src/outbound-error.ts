/** Why a call failed before there was an answer. */
export type OutboundFailure = "timeout" | "address-refused" | "invalid-url" | "response-too-large" | "connection";

/** A call without an answer. The message is for logs and delivery records; it never holds the body. */
export class OutboundError extends Error {
  constructor(
    readonly failure: OutboundFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "OutboundError";
  }
}
