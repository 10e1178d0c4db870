import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { compileSchema, type TSchema } from "@gatehouse/platform-schema";
import { assertionResponseSchema, creationResponseSchema } from "./response-schemas.js";

const assertion = compileSchema(assertionResponseSchema as unknown as TSchema);
const creation = compileSchema(creationResponseSchema as unknown as TSchema);

/** A response of the right form, and the challenge it claims to answer. */
export interface ReadResponse<T> {
  response: T;
  challenge: string;
}

/** The challenge of client data; undefined when the data is none, or was made in a page inside another site's, which the person may not see (WebAuthn §13.4.9). */
function challengeOf(clientDataJson: string): string | undefined {
  try {
    const { challenge, crossOrigin } = JSON.parse(Buffer.from(clientDataJson, "base64url").toString("utf8")) as Record<string, unknown>;
    return typeof challenge === "string" && crossOrigin !== true ? challenge : undefined;
  } catch {
    return undefined;
  }
}

function read<T extends { response: { clientDataJSON: string } }>(response: T): ReadResponse<T> | undefined {
  const challenge = challengeOf(response.response.clientDataJSON);
  return challenge === undefined ? undefined : { response, challenge };
}

/** An `assertion_response`; undefined when it is malformed. */
export const readAssertion = (response: unknown): ReadResponse<AuthenticationResponseJSON> | undefined =>
  assertion.is(response) ? read(response as unknown as AuthenticationResponseJSON) : undefined;

/** A `creation_response`; undefined when it is malformed. */
export const readCreation = (response: unknown): ReadResponse<RegistrationResponseJSON> | undefined =>
  creation.is(response) ? read(response as unknown as RegistrationResponseJSON) : undefined;
