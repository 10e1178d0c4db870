/** Social login: authorization URLs and the accounts that callbacks stand for. */
export { type AuthorizationUrlInput, type ProfileInput, SOCIAL_LOGIN_PROVIDERS, SocialLogin } from "./social-login.js";
/** What may be offered. */
export type { ProviderStatus, SocialProvider } from "./provider-settings.js";
/** What a provider says of an account. */
export { type KeptProfile, refreshedProfile, type SocialProfile } from "./social-profile.js";
/** Where the providers are; tests give others. */
export { type ProviderAddresses, ProviderEndpoints } from "./provider-endpoints.js";
