import { Module } from "@nestjs/common";
import { AccountsModule } from "@gatehouse/record-accounts";
import { Challenges, PromotionCodes } from "@gatehouse/record-anonymous-users";
import { IssueChallenge } from "./use-cases/issue-challenge.js";
import { IssuePromotionCode } from "./use-cases/issue-promotion-code.js";
import { SignUpAnonymously } from "./use-cases/sign-up-anonymously.js";

const useCases = [IssueChallenge, IssuePromotionCode, SignUpAnonymously];

/** Anonymous users: sign-up, promotion codes and challenges. */
@Module({ imports: [AccountsModule], providers: [Challenges, PromotionCodes, ...useCases], exports: useCases })
export class AnonymousUsersModule {}
