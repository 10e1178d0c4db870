/** base64url of at most so many characters. */
const base64Url = (maxLength: number) => ({ type: "string", minLength: 1, maxLength, pattern: "^[A-Za-z0-9_-]+$" });

/** A credential id has at most 1023 bytes (WebAuthn §4). */
export const CREDENTIAL_ID_CHARACTERS = 1364;
const CLIENT_DATA_CHARACTERS = 8192;

const credential = (response: Record<string, unknown>, required: string[]) => ({
  type: "object",
  properties: {
    id: base64Url(CREDENTIAL_ID_CHARACTERS),
    rawId: base64Url(CREDENTIAL_ID_CHARACTERS),
    type: { const: "public-key" },
    clientExtensionResults: { type: "object" },
    response: { type: "object", properties: { clientDataJSON: base64Url(CLIENT_DATA_CHARACTERS), ...response }, required: ["clientDataJSON", ...required] },
  },
  required: ["id", "rawId", "type", "response"],
});

/** JSON schema of `assertion_response`: what a browser's `navigator.credentials.get` gave, binary members in base64url (spec: authentication flow §6.13). */
export const assertionResponseSchema = credential(
  { authenticatorData: base64Url(8192), signature: base64Url(2048), userHandle: { ...base64Url(128), type: ["string", "null"], minLength: 0, pattern: "^[A-Za-z0-9_-]*$" } },
  ["authenticatorData", "signature"],
);

/** JSON schema of `creation_response`: what a browser's `navigator.credentials.create` gave, binary members in base64url (spec: authentication flow §6.13). */
export const creationResponseSchema = credential({ attestationObject: base64Url(65_536), transports: { type: "array", maxItems: 10, items: { type: "string", maxLength: 32 } } }, [
  "attestationObject",
]);
