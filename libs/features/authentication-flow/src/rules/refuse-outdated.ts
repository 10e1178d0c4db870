import { invalidCredentials, userNotFound } from "@gatehouse/domain-errors";
import type { RunMemory } from "@gatehouse/domain-flow";
import type { UserFacts } from "@gatehouse/domain-user";
import { splitAuthentication } from "../engine/memory.js";

/**
 * What a run has found and proven is worth something only while it is the user's: an identity or a factor that was removed since, or a password that is another one by
 * now, proves nothing any more. Throws `UserNotFound`, `InvalidCredentials`.
 */
export function refuseOutdated({ asserted, identified, newAuthenticators }: RunMemory, { identities, authenticators }: Pick<UserFacts, "identities" | "authenticators">): void {
  if (identified.some(({ identityId }) => identityId !== undefined && !identities.some(({ id }) => id === identityId))) throw userNotFound({});
  for (const { authentication, authenticatorId, since } of asserted) {
    if (authenticatorId === undefined || newAuthenticators.some(({ id }) => id === authenticatorId)) continue;
    const now = authenticators.find(({ id }) => id === authenticatorId);
    if (!now || (since !== undefined && since !== now.updatedAt.toISOString())) throw invalidCredentials({ AuthenticationType: splitAuthentication(authentication).type });
  }
}
