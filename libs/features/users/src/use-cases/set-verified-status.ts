import { Injectable } from "@nestjs/common";
import { identityNotFound } from "@gatehouse/domain-errors";
import type { Identity } from "@gatehouse/domain-identity";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type UserFacts, userModel } from "@gatehouse/domain-user";
import type { Tx } from "@gatehouse/platform-postgres";
import { identityUnverified, identityVerified, type ProvenAddress, WriteAccount } from "@gatehouse/record-accounts";
import { EventOutbox } from "@gatehouse/service-event-outbox";
import { TargetUser } from "../guards/target-user.js";

/** An address of a user and whether it counts as proven. */
export interface VerifiedStatus {
  userId: string;
  claimName: string;
  claimValue: string;
  isVerified: boolean;
}

const CARRIERS: readonly Identity["type"][] = ["login_id", "oauth", "ldap"];

/** Has an address of a user count as proven, or not any more (spec: admin API §8.1; user model §6). */
@Injectable()
export class SetVerifiedStatus {
  constructor(
    private readonly target: TargetUser,
    private readonly writing: WriteAccount,
    private readonly outbox: EventOutbox,
  ) {}

  /** What is so already stays, and nothing is told of it. Throws UserNotFound, IdentityNotFound when no identity of the user carries the address. */
  async run(ctx: ProjectContext, tx: Tx, { userId, claimName, claimValue, isVerified }: VerifiedStatus): Promise<void> {
    const before = await this.target.locked(ctx, tx, { userId });
    const address = addressOf(claimName, claimValue);
    const identity = address && before.identities.find(({ type, claims }) => CARRIERS.includes(type) && claims[address.name] === address.value);
    if (!address || !identity) throw identityNotFound();
    const after = withStatus(before, address, isVerified);
    if (after.verified.length === before.verified.length) return;
    await this.writing.run(ctx, tx, { before, after });
    const tell = isVerified ? identityVerified : identityUnverified;
    await this.outbox.append(ctx, tx, [tell(userModel(ctx.project.config, after, ctx.now()), { identity, name: address.name })]);
  }
}

const addressOf = (name: string, value: string): ProvenAddress | undefined => (name === "email" || name === "phone_number" ? { name, value } : undefined);

function withStatus(facts: UserFacts, address: ProvenAddress, isVerified: boolean): UserFacts {
  const others = facts.verified.filter(({ name, value }) => name !== address.name || value !== address.value);
  if (!isVerified) return { ...facts, verified: others };
  return others.length < facts.verified.length ? facts : { ...facts, verified: [...facts.verified, address] };
}
