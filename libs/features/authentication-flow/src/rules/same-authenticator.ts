import type { Authenticator } from "@gatehouse/domain-authenticator";
import { duplicatedAuthenticator } from "@gatehouse/domain-errors";
import type { NewAuthenticator, RunMemory } from "@gatehouse/domain-flow";

/** An authenticator before it has an id. */
type Made = Omit<NewAuthenticator, "id" | "step">;

/** What names the same authenticator twice within a user (spec: user model §5). */
const sameness = ({ type, kind, target, secret, passkey }: Made): string => [type, kind, target ?? "", secret ?? "", passkey?.credentialId ?? ""].join("\n");

const samenessOfStored = ({ type, kind, email, phone, secret, passkey }: Authenticator): string =>
  [type, kind, email ?? phone ?? "", secret ?? "", passkey?.credentialId ?? ""].join("\n");

/** Whether an authenticator is one of those that the user, or the run, has already. */
export const isKnown = (made: Made, { stored, inRun }: { stored: readonly Authenticator[]; inRun: readonly Made[] }): boolean =>
  stored.some((one) => samenessOfStored(one) === sameness(made)) || inRun.some((one) => sameness(one) === sameness(made));

/**
 * The authenticators of a run that are to be written, beside those of the user as they are stored now. One that was made on the way, to log in with an address, may
 * have been made by another login, too: it is left out. Throws `DuplicatedAuthenticator` for one that was enrolled.
 */
export function unwritten({ newAuthenticators, asserted }: RunMemory, stored: readonly Authenticator[]): NewAuthenticator[] {
  return newAuthenticators.filter((made) => {
    const known = isKnown(made, { stored, inRun: [] });
    if (known && !asserted.some(({ authenticatorId }) => authenticatorId === made.id)) throw duplicatedAuthenticator(made.type);
    return !known;
  });
}
