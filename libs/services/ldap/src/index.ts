/** Sign-in with a directory. */
export { type DirectoryCredentials, LdapDirectory } from "./ldap-directory.js";
/** What a directory says of a person. */
export type { DirectoryEntry } from "./read-entry.js";
/** How long and how much a directory may answer; tests give others. */
export { DirectoryLimits } from "./directory-limits.js";
