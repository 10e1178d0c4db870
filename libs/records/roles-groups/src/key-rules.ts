import { validationFailed } from "@gatehouse/domain-errors";

const LONGEST = 40;
const KEY = /^[a-zA-Z_][a-zA-Z0-9:_]*$/;
const RESERVED = "authgear:";
const FORMAT = "x_role_group_key";

const isFormed = (key: string): boolean => KEY.test(key) && !key.startsWith(RESERVED);

/** Whether a text could be the key of a role or a group at all. */
export const isKey = (text: string): boolean => text.length <= LONGEST && isFormed(text);

/** The key of a role or a group: 1 to 40 letters, digits, `:` and `_`, no digit or colon first, not one of ours (spec: user model §8). Throws ValidationFailed. */
export function checkKey(key: string): void {
  const actual = [...key].length;
  const causes = [
    ...(actual < 1 ? [{ location: "", kind: "minLength", details: { expected: 1, actual } }] : []),
    ...(actual > LONGEST ? [{ location: "", kind: "maxLength", details: { expected: LONGEST, actual } }] : []),
    ...(isFormed(key)
      ? []
      : [{ location: "", kind: "format", details: { error: key.startsWith(RESERVED) ? `key cannot start with ${RESERVED}` : "invalid key", format: FORMAT } }]),
  ];
  if (causes.length > 0) throw validationFailed(causes);
}
