import { createHmac } from "node:crypto";
import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, type JWK, jwtVerify, SignJWT } from "jose";

/** The nine types of providers. */
export const FAKE_TYPES = ["google", "apple", "facebook", "github", "linkedin", "azureadv2", "azureadb2c", "adfs", "wechat"] as const;
/** A type of provider. */
export type FakeType = (typeof FAKE_TYPES)[number];

/** The one client that every fake provider knows. */
export const FAKE_CLIENT = { id: "fake-client", secret: "fake-client-secret" };
export const APPLE_KEY_ID = "APPLEKEY01";
export const APPLE_TEAM_ID = "APPLETEAM1";

export const appSecretProof = (token: string): string => createHmac("sha256", FAKE_CLIENT.secret).update(token).digest("hex");

/** Keys of a fake provider: those that sign its ID tokens, and the pair behind Apple's client secrets. */
export class FakeKeys {
  publicJwk!: JWK;
  applePrivatePem!: string;
  private privateKey!: CryptoKey;
  private applePublic!: CryptoKey;
  private generation = 0;

  static async make(): Promise<FakeKeys> {
    const keys = new FakeKeys();
    await keys.rotate();
    const apple = await generateKeyPair("ES256", { extractable: true });
    keys.applePublic = apple.publicKey;
    keys.applePrivatePem = await exportPKCS8(apple.privateKey);
    return keys;
  }

  /** A new key with a new id; the old one is gone from the key set. */
  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    this.privateKey = privateKey;
    this.generation += 1;
    this.publicJwk = { ...(await exportJWK(publicKey)), kid: `key-${this.generation}`, alg: "RS256", use: "sig" };
  }

  sign(claims: Record<string, unknown>): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: this.publicJwk.kid as string }).sign(this.privateKey);
  }

  /** Whether a client secret is what Apple asks for: ES256, `kid`, `iss`, `sub`, `aud`, at most six months; here five minutes. */
  async isAppleSecret(secret: string, audience: string): Promise<boolean> {
    try {
      const options = { algorithms: ["ES256"], issuer: APPLE_TEAM_ID, subject: FAKE_CLIENT.id, audience, requiredClaims: ["iat", "exp"] };
      const { payload, protectedHeader } = await jwtVerify(secret, this.applePublic, options);
      return protectedHeader.kid === APPLE_KEY_ID && (payload.exp as number) - (payload.iat as number) === 300;
    } catch {
      return false;
    }
  }
}
