export { credentialBuckets, perAddressBucket } from "./authentication-buckets.js";
export { type AlsoRead, type Bucket, RateLimiter, refusal, type Reservation } from "./rate-limiter.js";
