import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

/** An issuer of JWTs whose key set is on a local port. */
export interface FakeIssuer {
  iss: string;
  jwksUri: string;
  /** The published keys. */
  keys: JWK[];
  /** How often the key set was asked for. */
  asked: number;
  /** Answers instead of the key set, until it is cleared. */
  answer?: (response: ServerResponse) => void;
  privateKey: CryptoKey;
  kid: string;
  publicPem: string;
  /** Signs claims as they are with the newest key. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  /** Another key pair in place of the current one. */
  rotate(alg?: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts an issuer with one RS256 key. */
export async function startFakeIssuer(name: string): Promise<FakeIssuer> {
  const server = createServer((_request, response) => {
    issuer.asked += 1;
    if (issuer.answer) issuer.answer(response);
    else response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: issuer.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let made = 0;
  const issuer = {
    iss: `https://${name}.example`,
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    keys: [] as JWK[],
    asked: 0,
    sign: (claims: JWTPayload, header: Record<string, unknown> = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: String(issuer.keys[0]?.alg), kid: issuer.kid, ...header }).sign(issuer.privateKey),
    rotate: async (alg = "RS256") => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      made += 1;
      const kid = `${name}-${made}`;
      Object.assign(issuer, { privateKey, kid, publicPem: await exportSPKI(publicKey), keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: "sig" }] });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  } as unknown as FakeIssuer;
  await issuer.rotate();
  return issuer;
}
