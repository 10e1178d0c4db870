/** What a real browser or authenticator would not say. */
export interface Lie {
  /** Of the page, as the client data tell it. */
  origin?: string;
  /** Hashed into the authenticator data. */
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  /** Nobody touched the authenticator. */
  absent?: boolean;
  /** Signature counter of an assertion. */
  counter?: number;
  /** Of a creation. */
  credentialId?: Buffer;
  /** COSE algorithm that a new key claims to be of. */
  algorithm?: number;
  /** `packed` attestation, signed by the new key or by another one. */
  attestedBy?: "itself" | "another";
  /** Any format and statement. */
  attestation?: [string, Map<string, unknown>];
}

/** `creation_response`. */
export interface CreationResponse {
  id: string;
  rawId: string;
  type: string;
  clientExtensionResults: Record<string, unknown>;
  response: { clientDataJSON: string; attestationObject: string; transports: string[] };
}

/** `assertion_response`. */
export interface AssertionResponse {
  id: string;
  rawId: string;
  type: string;
  clientExtensionResults: Record<string, unknown>;
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle: string };
}

/** A browser and an authenticator in one: passkeys (ES256) in memory. */
export declare class SoftwareAuthenticator {
  constructor(options?: { userVerified?: boolean });
  /** Makes a passkey for a page of `origin`. `creationOptions`: `{publicKey: {...}}`. */
  create(creationOptions: Record<string, unknown>, origin: string, lie?: Lie): CreationResponse;
  /** Answers with its newest passkey that the options allow. `requestOptions`: `{publicKey: {...}}`. */
  get(requestOptions: Record<string, unknown>, origin: string, lie?: Lie): AssertionResponse;
}
