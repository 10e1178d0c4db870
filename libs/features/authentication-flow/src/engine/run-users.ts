import { Injectable } from "@nestjs/common";
import { flowNoUser, userNotFound } from "@gatehouse/domain-errors";
import { asUserId } from "@gatehouse/domain-project";
import { populateAttributes, type UserFacts } from "@gatehouse/domain-user";
import { Database } from "@gatehouse/platform-postgres";
import { Accounts, makeAuthenticator, makeIdentity } from "@gatehouse/record-accounts";
import { refreshedIdentities } from "../rules/refreshed-identities.js";
import { withProfile } from "../rules/with-profile.js";
import type { Run } from "./run.js";

/** The user of a run: as stored, and as the run would leave him. */
@Injectable()
export class RunUsers {
  constructor(
    private readonly db: Database,
    private readonly accounts: Accounts,
  ) {}

  /** The stored user; one statement per request at most. Throws `UserNotFound`, and `AuthenticationFlowNoUserID` before anybody is identified. */
  async stored(run: Run): Promise<UserFacts> {
    const { userId } = run.state.memory;
    if (userId === "") throw flowNoUser();
    if (run.facts?.user.id !== userId) run.facts = (await this.db.read((tx) => this.accounts.facts(run.ctx, tx, [userId])))[0];
    if (!run.facts) throw userNotFound({});
    return run.facts;
  }

  /** The user with everything the run has made so far. */
  async current(run: Run): Promise<UserFacts> {
    const { ctx } = run;
    const { memory } = run.state;
    const userId = asUserId(memory.userId);
    const identities = memory.identified.flatMap(({ created }) => (created ? [makeIdentity(ctx, userId, created)] : [])).reverse();
    const authenticators = memory.newAuthenticators.map((made) => makeAuthenticator(ctx, userId, made));
    const base = memory.isNewUser ? this.accounts.prepare(ctx, { id: userId }) : await this.stored(run);
    const all = [...identities, ...refreshedIdentities(memory, base.identities)];
    const profile = withProfile(memory, base.user);
    const standardAttributes = populateAttributes(
      profile.standardAttributes,
      all.map(({ claims }) => claims),
    );
    return {
      user: { ...base.user, ...profile, standardAttributes },
      identities: all,
      authenticators: [...base.authenticators, ...authenticators],
      verified: [...base.verified, ...memory.verified],
      recoveryCodes: base.recoveryCodes ?? 0,
    };
  }

  /** Forgets the stored user, because the run goes on as another one, or because he may be another by now. */
  forget(run: Run): void {
    run.facts = undefined;
  }
}
