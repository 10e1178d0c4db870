import type { ProjectContext } from "@gatehouse/domain-project";
import { hmacSha256, octKeyBytes } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC } from "@gatehouse/platform-ids";

type SecretKey = Parameters<typeof octKeyBytes>[0];

/** The keys that successors are made with, the current one first: the others still answer a retry from before the change of keys. */
export function successorKeys(ctx: ProjectContext): SecretKey[] {
  const keys = ctx.project.secrets.csrf?.keys ?? [];
  if (keys.length === 0) throw new Error("the project has no csrf key");
  return [...keys];
}

/** The secret that follows another by rotation: the same for every retry, so that a lost response can be repeated, and nobody else can compute it. */
export function refreshTokenSuccessor(ctx: ProjectContext, key: SecretKey, { grantId, secret }: { grantId: string; secret: string }): string {
  const bytes = hmacSha256(octKeyBytes(key), `refresh-token\n${ctx.project.id}\n${grantId}\n${secret}`);
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (let index = 0; index < 32; index += 1) {
    text += ALPHANUMERIC[Number(number % 62n)];
    number /= 62n;
  }
  return text;
}
