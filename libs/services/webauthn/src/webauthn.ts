import { Injectable } from "@nestjs/common";
import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import type { PasskeyCredential } from "@gatehouse/domain-authenticator";
import { webAuthnSessionNotFound } from "@gatehouse/domain-errors";
import type { ProjectContext } from "@gatehouse/domain-project";
import { RedisConnection } from "@gatehouse/platform-redis";
import { type ChallengeUse, issueChallenge, spendChallenge } from "./challenges.js";
import { judgedAttestation } from "./judged-attestation.js";
import { readAssertion, readCreation } from "./read-response.js";
import { expectedOrigins, relyingPartyId, relyingPartyName } from "./relying-party.js";
import { CREDENTIAL_ID_CHARACTERS } from "./response-schemas.js";

const KNOWN_USER_MS = 300_000;
const UNKNOWN_USER_MS = 3_600_000;
/** ES256 and RS256. */
const ALGORITHMS = [-7, -257];

const publicKey = (id: string) => ({ type: "public-key", id });
const canonical = (id: string): boolean => Buffer.from(id, "base64url").toString("base64url") === id;

/** Passkeys: what a browser is asked, and whether its answer is true (WebAuthn level 2; spec: authentication flow §6.13). Each challenge is good for one answer within an hour. */
@Injectable()
export class WebAuthn {
  constructor(private readonly redis: RedisConnection) {}

  /** `request_options`: `{publicKey}` with a fresh challenge. `allow`: credential ids of a known user, possibly none; left out when nobody is known yet. */
  async requestOptions(ctx: ProjectContext, { allow }: { allow?: readonly string[] }): Promise<Record<string, unknown>> {
    return {
      publicKey: {
        challenge: await issueChallenge(this.redis, ctx, "assertion"),
        timeout: allow ? KNOWN_USER_MS : UNKNOWN_USER_MS,
        rpId: relyingPartyId(ctx),
        userVerification: "preferred",
        ...(allow ? { allowCredentials: allow.map(publicKey) } : {}),
        extensions: { uvm: true },
      },
    };
  }

  /** `creation_options`: `{publicKey}` with a fresh challenge for this user. `accountName`: the end-user account id; `exclude`: credential ids the user has. */
  async creationOptions(
    ctx: ProjectContext,
    { userId, accountName, exclude }: { userId: string; accountName: string; exclude: readonly string[] },
  ): Promise<Record<string, unknown>> {
    return {
      publicKey: {
        challenge: await issueChallenge(this.redis, ctx, `creation:${userId}`),
        rp: { id: relyingPartyId(ctx), name: relyingPartyName(ctx) },
        user: { id: Buffer.from(userId).toString("base64url"), name: accountName, displayName: accountName },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        timeout: KNOWN_USER_MS,
        excludeCredentials: exclude.map(publicKey),
        authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
        attestation: "direct",
        extensions: { uvm: true, credProps: true },
      },
    };
  }

  /** The credential id of an `assertion_response`, nothing of which is trusted yet; undefined when it has none. */
  credentialIdOf(response: unknown): string | undefined {
    const id = typeof response === "object" && response !== null ? (response as { id?: unknown }).id : undefined;
    return typeof id === "string" && id !== "" && id.length <= CREDENTIAL_ID_CHARACTERS && canonical(id) ? id : undefined;
  }

  /**
   * Spends the challenge, then checks the answer against a user's credential. Undefined when it is malformed, of another credential, or does not verify;
   * also when the signature counter falls back. Throws `WebAuthnSessionNotFound`. The caller stores the new counter.
   */
  async verifyAssertion(ctx: ProjectContext, { response, credential }: { response: unknown; credential: PasskeyCredential }): Promise<{ signCount: number } | undefined> {
    const given = readAssertion(response);
    if (!given) return undefined;
    await this.spend(ctx, { use: "assertion", challenge: given.challenge });
    const { credentialId, publicKey: key, signCount } = credential;
    if (given.response.id !== credentialId) return undefined;
    const known = { id: credentialId, publicKey: new Uint8Array(Buffer.from(key, "base64url")), counter: signCount };
    const found = await verifiedOrUndefined(() => verifyAuthenticationResponse({ ...this.expected(ctx, given), credential: known }));
    return found?.verified ? { signCount: found.authenticationInfo.newCounter } : undefined;
  }

  /** Spends the challenge, which was issued for this user, then checks a new credential. Undefined when it is malformed or does not verify. Throws `WebAuthnSessionNotFound`. */
  async verifyCreation(ctx: ProjectContext, { response, userId }: { response: unknown; userId: string }): Promise<PasskeyCredential | undefined> {
    const given = readCreation(response);
    if (!given) return undefined;
    await this.spend(ctx, { use: `creation:${userId}`, challenge: given.challenge });
    const found = await verifiedOrUndefined(async () => {
      const judged = { ...given.response.response, attestationObject: judgedAttestation(given.response.response.attestationObject) };
      return verifyRegistrationResponse({ ...this.expected(ctx, given), response: { ...given.response, response: judged }, supportedAlgorithmIDs: ALGORITHMS });
    });
    if (!found?.verified) return undefined;
    const { id, publicKey: key, counter } = found.registrationInfo.credential;
    if (id !== given.response.id || this.credentialIdOf({ id }) === undefined) return undefined;
    return { credentialId: id, publicKey: Buffer.from(key).toString("base64url"), signCount: counter, transports: given.response.response.transports ?? [] };
  }

  private async spend(ctx: ProjectContext, asked: { use: ChallengeUse; challenge: string }): Promise<void> {
    if (!(await spendChallenge(this.redis, ctx, asked))) throw webAuthnSessionNotFound();
  }

  private expected<T>(ctx: ProjectContext, { response, challenge }: { response: T; challenge: string }) {
    return { response, expectedChallenge: challenge, expectedOrigin: expectedOrigins(ctx), expectedRPID: relyingPartyId(ctx), requireUserVerification: false };
  }
}

/** The verifier throws at whatever is wrong with an answer, from a foreign origin to bytes that are no CBOR. */
async function verifiedOrUndefined<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}
