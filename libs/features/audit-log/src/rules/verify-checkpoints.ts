import { type KeyJwk, verifyJwt } from "@gatehouse/platform-crypto";
import { CHECKPOINT_TYPE, type CheckpointClaims, checkpointDigest } from "./checkpoint.js";
import type { Finding } from "./export-reader.js";

/** Checks signatures, and that the checkpoints follow each other without a gap. Gives the claims of those that hold. */
export async function verifyCheckpoints(
  jwss: readonly string[],
  { projectId, keys }: { projectId: string; keys: readonly KeyJwk[] },
): Promise<{ claims: CheckpointClaims[]; findings: Finding[] }> {
  const findings: Finding[] = [];
  const claims: CheckpointClaims[] = [];
  const note = (text: string) => findings.push({ kind: "checkpoint", from: 0, to: 0, text });
  let before = "";
  for (const [index, jws] of jwss.entries()) {
    const number = index + 1;
    const one = (await verifyJwt(keys, jws, { typ: CHECKPOINT_TYPE })) as CheckpointClaims | undefined;
    if (!one) note(`checkpoint ${number} is not signed by a known key`);
    else if (one.project_id !== projectId) note(`checkpoint ${number} is of another project`);
    else if (one.number !== number || one.previous !== before) note(`checkpoint ${number} does not follow the one before: checkpoints were removed or exchanged`);
    else claims.push(one);
    before = checkpointDigest(jws);
  }
  return { claims, findings };
}
