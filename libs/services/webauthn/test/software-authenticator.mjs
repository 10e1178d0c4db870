import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** Just enough CBOR (RFC 8949): integers, byte strings, texts, arrays and maps. */
function cbor(value) {
  const head = (major, length) => {
    if (length < 24) return Buffer.from([(major << 5) | length]);
    if (length < 256) return Buffer.from([(major << 5) | 24, length]);
    return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
  };
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, member]) => [cbor(key), cbor(member)])]);
}

const sha256 = (data) => createHash("sha256").update(data).digest();
const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];

/** A browser lets a page use the ids of its own host and of the domains above it. */
function refuseForeign(rpId, origin) {
  const { hostname } = new URL(origin);
  if (hostname !== rpId && !hostname.endsWith(`.${rpId}`)) throw new Error(`${rpId} is no relying party id of ${origin}`);
}

/** A browser and an authenticator in one, for tests and load: ES256 passkeys in memory. `lie` makes it say what a real one would not. */
export class SoftwareAuthenticator {
  #credentials = [];
  #flags;

  constructor({ userVerified = true } = {}) {
    this.#flags = PRESENT | (userVerified ? VERIFIED : 0);
  }

  create({ publicKey: options }, origin, lie = {}) {
    const { rp, user, challenge, excludeCredentials = [] } = options;
    refuseForeign(rp.id, origin);
    if (excludeCredentials.some(({ id }) => this.#credentials.some((own) => own.id === id))) throw new Error("the authenticator has a passkey of this user");
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x, y } = publicKey.export({ format: "jwk" });
    const bytes = lie.credentialId ?? randomBytes(16);
    const credential = { id: bytes.toString("base64url"), rpId: rp.id, userHandle: user.id, privateKey, counter: 0 };
    this.#credentials.push(credential);
    const key = [
      [1, 2],
      [3, lie.algorithm ?? -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ];
    const length = Buffer.from([bytes.length >> 8, bytes.length & 255]);
    const authData = Buffer.concat([this.#authenticatorData(credential, ATTESTED, lie), Buffer.alloc(16), length, bytes, cbor(new Map(key))]);
    const clientDataJSON = clientData("webauthn.create", { challenge, origin }, lie);
    const [fmt, attStmt] = this.#attest(authData, clientDataJSON, { privateKey, lie });
    const attestationObject = cbor(
      new Map([
        ["fmt", fmt],
        ["attStmt", attStmt],
        ["authData", authData],
      ]),
    );
    const response = { clientDataJSON: clientDataJSON.toString("base64url"), attestationObject: attestationObject.toString("base64url"), transports: ["internal"] };
    return { id: credential.id, rawId: credential.id, type: "public-key", clientExtensionResults: { credProps: { rk: true } }, response };
  }

  get({ publicKey: options }, origin, lie = {}) {
    const { rpId, challenge, allowCredentials = [] } = options;
    refuseForeign(rpId, origin);
    const credential = this.#credentials.findLast((own) => own.rpId === rpId && (allowCredentials.length === 0 || allowCredentials.some(({ id }) => id === own.id)));
    if (!credential) throw new Error(`the authenticator has no passkey for ${rpId}`);
    credential.counter = lie.counter ?? credential.counter + 1;
    const authenticatorData = this.#authenticatorData(credential, 0, lie);
    const clientDataJSON = clientData("webauthn.get", { challenge, origin }, lie);
    const signature = sign("sha256", Buffer.concat([authenticatorData, sha256(clientDataJSON)]), credential.privateKey);
    const response = { clientDataJSON, authenticatorData, signature };
    const encoded = Object.fromEntries(Object.entries(response).map(([name, bytes]) => [name, bytes.toString("base64url")]));
    return { id: credential.id, rawId: credential.id, type: "public-key", clientExtensionResults: {}, response: { ...encoded, userHandle: credential.userHandle } };
  }

  #authenticatorData({ rpId, counter }, more, lie) {
    const flags = lie.absent ? this.#flags & ~PRESENT : this.#flags;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(lie.rpId ?? rpId), Buffer.from([flags | more]), count]);
  }

  /** The format and statement of a new passkey: none, or `packed` signed by the passkey itself. */
  #attest(authData, clientDataJSON, { privateKey, lie }) {
    if (lie.attestation) return lie.attestation;
    if (lie.attestedBy === undefined) return ["none", new Map()];
    const sig = sign(
      "sha256",
      Buffer.concat([authData, sha256(clientDataJSON)]),
      lie.attestedBy === "itself" ? privateKey : generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
    );
    return [
      "packed",
      new Map([
        ["alg", -7],
        ["sig", sig],
      ]),
    ];
  }
}

function clientData(type, { challenge, origin }, lie) {
  return Buffer.from(JSON.stringify({ type: lie.type ?? type, challenge: lie.challenge ?? challenge, origin: lie.origin ?? origin, crossOrigin: lie.crossOrigin ?? false }));
}
