import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type CryptoKey, SignJWT } from "jose";
import type { AuthClient, Reply } from "./auth-client.js";

type Json = Record<string, any>;
type Purpose = "anonymous_request" | "biometric_request" | "app2app_request";

const TYPES = { anonymous_request: "vnd.authgear.anonymous-request", biometric_request: "vnd.authgear.biometric-request", app2app_request: "vnd.authgear.app2app-request" };

/** What a test does differently from an honest app. */
interface Change {
  header?: Json;
  payload?: Json;
  challenge?: string;
  /** Signs in place of the key. */
  signer?: DeviceKey;
  /** The JWT names the key and does not bring it. */
  bare?: boolean;
}

/** A key in the hardware of somebody's device, as SDKs use it. */
export class DeviceKey {
  private constructor(
    readonly kid: string,
    readonly alg: string,
    readonly jwk: JWK,
    readonly privateKey: CryptoKey,
  ) {}

  static async make(alg: "RS256" | "ES256" = "ES256", kid = crypto.randomUUID().toUpperCase()): Promise<DeviceKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return new DeviceKey(kid, alg, { ...(await exportJWK(publicKey)), kid, alg }, privateKey);
  }

  /** A JWT for a fresh challenge. */
  async sign(client: AuthClient, purpose: Purpose, payload: Json = {}, change: Change = {}): Promise<string> {
    const challenge = change.challenge ?? (await challengeOf(client, purpose));
    const now = Math.floor(Date.now() / 1000);
    const claims = { iat: now, exp: now + 60, challenge, ...payload, ...change.payload };
    const key = change.bare ? { kid: this.kid } : { jwk: this.jwk };
    return new SignJWT(claims).setProtectedHeader({ typ: TYPES[purpose], alg: this.alg, ...key, ...change.header } as never).sign((change.signer ?? this).privateKey);
  }

  /** A proof of possession for the token endpoint. */
  async dpop(client: AuthClient, change: Json = {}): Promise<{ dpop: string }> {
    const { kid: _kid, alg: _alg, ...jwk } = this.jwk;
    const claims = { jti: crypto.randomUUID(), htm: "POST", htu: `http://${client.project.host}/oauth2/token`, iat: Math.floor(Date.now() / 1000), ...change };
    return { dpop: await new SignJWT(claims).setProtectedHeader({ typ: "dpop+jwt", alg: this.alg, jwk: jwk as never }).sign(this.privateKey) };
  }

  thumbprint(): Promise<string> {
    return calculateJwkThumbprint(this.jwk, "sha256");
  }
}

/** A challenge of the project. */
export async function challengeOf(client: AuthClient, purpose: Purpose): Promise<string> {
  return (await client.send("/oauth2/challenge", { json: { purpose } })).json.result.token;
}

/** Asks the token endpoint for one of Authgear's own grants. */
export function grant(client: AuthClient, type: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> {
  return client.send("/oauth2/token", {
    form: { grant_type: type.startsWith("urn:") ? type : `urn:authgear:params:oauth:grant-type:${type}`, client_id: "spa", ...form },
    headers,
  });
}

/** The claims of a JWT of ours. */
export const claimsOf = (jwt: string): Json => JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());

/** Removes the browser's cookies. */
export function forgetCookies(client: AuthClient): void {
  for (const name of Object.keys(client.jar)) delete client.jar[name];
}
