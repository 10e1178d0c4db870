import { Injectable } from "@nestjs/common";
import type { ProjectContext } from "@gatehouse/domain-project";
import { type ChallengePurpose, Challenges } from "@gatehouse/record-anonymous-users";

/** A challenge for an app's JWT to answer (spec: oauth-oidc §14.1). */
@Injectable()
export class IssueChallenge {
  constructor(private readonly challenges: Challenges) {}

  async run(ctx: ProjectContext, purpose: ChallengePurpose): Promise<{ token: string; expire_at: string }> {
    const { token, expireAt } = await this.challenges.create(ctx, purpose);
    return { token, expire_at: expireAt.toISOString() };
  }
}
