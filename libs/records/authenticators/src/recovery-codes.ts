import { CROCKFORD, randomString } from "@gatehouse/platform-ids";

const LENGTH = 10;

/** A fresh set of recovery codes: 10 Crockford characters each (spec: authentication flow §10.4). */
export const newRecoveryCodes = (count: number): string[] => Array.from({ length: count }, () => randomString(LENGTH, CROCKFORD));

/** A code as it is kept, from what a person typed: upper case, without spaces and dashes, `I` and `L` as `1`, `O` as `0`. */
export const normaliseRecoveryCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replaceAll("O", "0");
