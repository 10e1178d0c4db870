import { decodeAttestationObject, isoCBOR } from "@simplewebauthn/server/helpers";

/** Formats whose statements are checked by arithmetic alone. */
const JUDGED: readonly unknown[] = ["none", "packed", "fido-u2f", "tpm"];

/**
 * The attestation object (base64url) to be verified. Statements of other formats are taken as none: to check them, the certificates inside are followed
 * to revocation lists at addresses which whoever made the certificates chose. Nothing depends on attestation here, and no list of trusted makers is kept.
 */
export function judgedAttestation(attestationObject: string): string {
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, "base64url")));
  if (JUDGED.includes(decoded.get("fmt"))) return attestationObject;
  const none = new Map<string, string | Uint8Array | Map<string, string>>([
    ["fmt", "none"],
    ["attStmt", new Map()],
    ["authData", decoded.get("authData")],
  ]);
  return Buffer.from(isoCBOR.encode(none)).toString("base64url");
}
