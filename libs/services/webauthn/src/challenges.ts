import { randomBytes } from "node:crypto";
import type { ProjectContext } from "@gatehouse/domain-project";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { projectKey, type RedisConnection } from "@gatehouse/platform-redis";

const LIFETIME_SECONDS = 3600;

/** What a challenge is for: any assertion, or the creation of a user's passkey. */
export type ChallengeUse = "assertion" | `creation:${string}`;

/** The use is part of the hash: nobody spends a challenge that was issued to someone else, or for something else. */
const keyOf = (ctx: ProjectContext, use: ChallengeUse, challenge: string): string => projectKey(ctx, "webauthn-challenge", sha256Hex(`${use} ${challenge}`));

/** A new challenge, base64url of 32 random bytes, good for one hour. One Redis command. */
export async function issueChallenge(redis: RedisConnection, ctx: ProjectContext, use: ChallengeUse): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  await redis.client.set(keyOf(ctx, use, challenge), "1", "EX", LIFETIME_SECONDS);
  return challenge;
}

/** Takes a challenge back: false when it was not issued for this use, is spent, or has expired. One Redis command, so that of many takers one succeeds. */
export async function spendChallenge(redis: RedisConnection, ctx: ProjectContext, { use, challenge }: { use: ChallengeUse; challenge: string }): Promise<boolean> {
  return (await redis.client.getdel(keyOf(ctx, use, challenge))) !== null;
}
