import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";

/** Key material of test projects: RSA keys are slow to make, so one worker makes two and shares them by project parity. */
let rsa: { privateJwk: Record<string, unknown> }[] | undefined;

function rsaJwk(index: number): Record<string, unknown> {
  rsa ??= [0, 1].map(() => ({ privateJwk: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }) as Record<string, unknown> }));
  return { ...(rsa[index] as { privateJwk: Record<string, unknown> }).privateJwk, kid: randomUUID(), use: "sig", alg: "RS256", created_at: 1136171045 };
}

const octJwk = () => ({ kty: "oct", kid: randomUUID(), k: randomBytes(32).toString("base64url"), alg: "HS256", use: "sig", created_at: 1136171045 });

/** A complete `authgear.secrets.yaml` as an object. Two projects never share a `kid`. */
export function testSecrets(): { secrets: { key: string; data: unknown }[] } {
  return {
    secrets: [
      { key: "admin-api.auth", data: { keys: [rsaJwk(0)] } },
      { key: "oauth", data: { keys: [rsaJwk(1)] } },
      { key: "csrf", data: { keys: [octJwk()] } },
      { key: "webhook", data: { keys: [octJwk()] } },
      { key: "images", data: { keys: [octJwk()] } },
    ],
  };
}
