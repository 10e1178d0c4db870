import type { ProjectContext } from "@gatehouse/domain-project";
import { hmacSha256, octKeyBytes } from "@gatehouse/platform-crypto";
import { ALPHANUMERIC } from "@gatehouse/platform-ids";

/** The secret that follows another by rotation: the same for every retry, so that a lost response can be repeated, and nobody else can compute it. */
export function refreshTokenSuccessor(ctx: ProjectContext, grantId: string, secret: string): string {
  const key = ctx.project.secrets.csrf?.keys[0];
  if (!key) throw new Error("the project has no csrf key");
  const bytes = hmacSha256(octKeyBytes(key), `refresh-token\n${ctx.project.id}\n${grantId}\n${secret}`);
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (let index = 0; index < 32; index += 1) {
    text += ALPHANUMERIC[Number(number % 62n)];
    number /= 62n;
  }
  return text;
}
