/** Anonymous users. */
export { AnonymousUsersModule } from "./anonymous-users.module.js";
/** Challenges for apps. */
export { IssueChallenge } from "./use-cases/issue-challenge.js";
/** Codes for a promotion. */
export { IssuePromotionCode } from "./use-cases/issue-promotion-code.js";
/** A user for somebody without an account. */
export { SignUpAnonymously } from "./use-cases/sign-up-anonymously.js";
