import { invalidCredentials, userNotFound } from "@gatehouse/domain-errors";
import type { RunMemory } from "@gatehouse/domain-flow";
import type { UserFacts } from "@gatehouse/domain-user";
import { splitAuthentication, targetOf } from "../engine/memory.js";

/**
 * What a run has found and proven is worth something only while it is the user's: an identity or a factor that was removed since, a password that is another one by
 * now, or a code that went to an address the factor has no more, proves nothing any more. Throws `UserNotFound`, `InvalidCredentials`.
 */
export function refuseOutdated(
  { asserted, codes, identified, newAuthenticators }: RunMemory,
  { identities, authenticators }: Pick<UserFacts, "identities" | "authenticators">,
): void {
  if (identified.some(({ identityId }) => identityId !== undefined && !identities.some(({ id }) => id === identityId))) throw userNotFound({});
  const addresses = [...identities.map(({ loginId }) => loginId), ...identified.map(({ created }) => created?.loginId?.value)];
  for (const { authentication, authenticatorId, since } of asserted) {
    if (authenticatorId === undefined) continue;
    const made = newAuthenticators.find(({ id }) => id === authenticatorId);
    if (made?.target !== undefined && made.kind === "primary" && !addresses.includes(made.target))
      throw invalidCredentials({ AuthenticationType: splitAuthentication(authentication).type });
    if (made) continue;
    const now = authenticators.find(({ id }) => id === authenticatorId);
    const address = now && targetOf(now);
    const isMoved = Boolean(address) && !codes.some(({ target }) => target === address);
    if (!now || isMoved || (since !== undefined && since !== now.updatedAt.toISOString()))
      throw invalidCredentials({ AuthenticationType: splitAuthentication(authentication).type });
  }
}
