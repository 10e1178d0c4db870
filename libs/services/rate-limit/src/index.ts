/** Buckets of the authentication paths. */
export { credentialBuckets, type LimitedCredential, perAddressBucket } from "./authentication-buckets.js";
/** The limiter. */
export { type AlsoRead, blockedLimit, type Bucket, RateLimiter, refusal, type Reservation } from "./rate-limiter.js";
/** Buckets of sending messages. */
export { type DeploymentLimits, messagingBuckets } from "./messaging-buckets.js";
