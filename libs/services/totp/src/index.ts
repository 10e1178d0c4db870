/** Makes TOTP secrets, shows them to authenticator apps and checks codes (RFC 6238). */
export { Totp, type TotpUriInput, type TotpVerifyInput } from "./totp.js";
