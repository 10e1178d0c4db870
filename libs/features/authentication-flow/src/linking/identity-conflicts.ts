import { Injectable } from "@nestjs/common";
import type { FlowBranchConfig } from "@gatehouse/domain-config";
import { duplicatedIdentity } from "@gatehouse/domain-errors";
import type { IncomingIdentity, NewIdentity } from "@gatehouse/domain-flow";
import type { Identity } from "@gatehouse/domain-identity";
import type { ApiError } from "@gatehouse/platform-errors-core";
import { Database, type Tx } from "@gatehouse/platform-postgres";
import { Accounts, existingIdentities, existingInfo, incomingInfo } from "@gatehouse/record-accounts";
import { IdentityStore } from "@gatehouse/record-identities";
import type { Run } from "../engine/run.js";
import { type Conflict, findConflicts, linkingRules, soughtClaims } from "./find-conflicts.js";

/** What stands against a new identity. */
export interface Standing {
  /** The very same identity exists. */
  identical?: Identity;
  /** Identities of others that share an address with it. */
  conflicts: Conflict[];
}

const kindOfIncoming = ({ type, loginId, details }: IncomingIdentity) => ({ type, loginIdType: loginId?.type, providerType: details.oauth?.providerType });

/** Compares an identity that is about to be made with those that are there (spec: authentication flow §8). */
@Injectable()
export class IdentityConflicts {
  constructor(
    private readonly db: Database,
    private readonly identities: IdentityStore,
    private readonly accounts: Accounts,
  ) {}

  /** Everything that stands against an identity; one statement. Identities of the run's own user never do. */
  async find(run: Run, incoming: IncomingIdentity, overrides?: FlowBranchConfig["account_linking"]): Promise<Standing> {
    const rules = linkingRules(run.ctx.project.config, incoming, overrides);
    const { type, uniqueKey } = incoming;
    const similar = await this.db.read((tx) => this.identities.similar(run.ctx, tx, { type, uniqueKey, claims: soughtClaims(rules) }));
    const identical = similar.find((one) => one.type === type && one.uniqueKey === uniqueKey);
    const others = similar.filter(({ userId }) => userId !== run.state.memory.userId);
    return { ...(identical ? { identical } : {}), conflicts: findConflicts(rules, others) };
  }

  /** Whether a login id, by the keys it is looked up under, is that of another user than the run's. */
  async belongsToOther(run: Run, keys: readonly string[]): Promise<boolean> {
    if (keys.length === 0) return false;
    const owners = await this.db.read((tx) => this.accounts.byLoginId(run.ctx, tx, keys));
    return owners.some(({ user }) => user.id !== run.state.memory.userId);
  }

  /** Looks again, in the transaction that writes them, at the identities of a run: somebody else may have finished since. One statement, and one for each. Throws `DuplicatedIdentity`. */
  async refuseLate({ ctx, state: { memory } }: Run, tx: Tx): Promise<void> {
    const values = memory.identified.flatMap(({ created }) => Object.values(created?.sought ?? {}).flat());
    await this.identities.reserve(ctx, tx, values);
    for (const { created } of memory.identified) {
      if (!created?.sought) continue;
      const { type, uniqueKey, loginId, details, sought } = created;
      const others = (await this.identities.similar(ctx, tx, { type, uniqueKey, claims: sought })).filter(({ userId }) => userId !== memory.userId);
      const identical = others.find((one) => one.type === type && one.uniqueKey === uniqueKey);
      const existing = identical ? existingInfo([identical]) : { ...existingInfo(others), ExistingIdentities: existingIdentities(others) };
      if (others.length > 0) throw duplicatedIdentity({ ...incomingInfo({ type, loginIdType: loginId?.type, providerType: details.oauth?.providerType }), ...existing });
    }
  }

  /** The identity to be made, when nothing stands against it. Throws `DuplicatedIdentity`. */
  async acceptable(run: Run, incoming: IncomingIdentity): Promise<NewIdentity> {
    const { identical, conflicts } = await this.find(run, incoming);
    if (identical) throw this.duplicated(incoming, [identical], false);
    if (conflicts.length > 0)
      throw this.duplicated(
        incoming,
        conflicts.map(({ identity }) => identity),
        true,
      );
    return this.made(run, incoming);
  }

  /** The identity to be made. Throws `DuplicatedIdentity` when the run makes the same one twice. */
  made(run: Run, incoming: IncomingIdentity): NewIdentity {
    const { type, loginId, uniqueKey, claims, details } = incoming;
    const twice = run.state.memory.identified.some(({ created }) => created?.type === type && created.uniqueKey === uniqueKey);
    if (twice) throw duplicatedIdentity({ ...incomingInfo(kindOfIncoming(incoming)), ...ownInfo(incoming) });
    const sought = soughtClaims(linkingRules(run.ctx.project.config, incoming, undefined));
    return { id: run.ctx.newId(), type, uniqueKey, claims, details, sought, ...(loginId ? { loginId } : {}) };
  }

  /** The error of an identity that is taken; `listed` names the kinds of all that are in the way. */
  duplicated(incoming: IncomingIdentity, existing: readonly Identity[], listed: boolean): ApiError {
    return duplicatedIdentity({ ...incomingInfo(kindOfIncoming(incoming)), ...existingInfo(existing), ...(listed ? { ExistingIdentities: existingIdentities(existing) } : {}) });
  }
}

const ownInfo = ({ type, loginId, details }: IncomingIdentity): Record<string, unknown> => ({
  IdentityTypeExisting: type,
  ...(loginId ? { LoginIDTypeExisting: loginId.type } : {}),
  ...(details.oauth ? { OAuthProviderTypeExisting: details.oauth.providerType } : {}),
});
