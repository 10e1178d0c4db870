import type { OfflineGrant } from "@gatehouse/domain-session";
import { sha256Hex } from "@gatehouse/platform-crypto";
import { randomString } from "@gatehouse/platform-ids";

/** A new device secret of a grant: its text, the grant with it, and what is to be written. */
export function newDeviceSecret(
  grant: OfflineGrant,
  dpopJkt: string | null,
): { deviceSecret: string; grant: OfflineGrant; row: { id: string; hash: string; dpopJkt: string | null } } {
  const deviceSecret = randomString(32);
  const hash = sha256Hex(deviceSecret);
  return { deviceSecret, grant: { ...grant, deviceSecretHash: hash, deviceSecretDpopJkt: dpopJkt }, row: { id: grant.id, hash, dpopJkt } };
}
