import { CLAIM_OF_LOGIN_ID } from "@gatehouse/domain-identity";
import type { UserFacts } from "@gatehouse/domain-user";
import { isApiError } from "@gatehouse/platform-errors-core";
import type { PreparedRecord } from "./prepare-record.js";

/** What records find in the project: owners of identifiers, and the users who will be changed. */
export interface Found {
  owners: ReadonlyMap<string, readonly string[]>;
  facts: ReadonlyMap<string, UserFacts>;
}

function* touchedBy({ identifier, value, loginIds }: PreparedRecord, { owners, facts }: Found): Generator<string> {
  yield `${identifier}:${value}`;
  for (const loginId of Object.values(loginIds))
    if (!isApiError(loginId)) {
      yield `key:${loginId.uniqueKey}`;
      yield `${CLAIM_OF_LOGIN_ID[loginId.type]}:${loginId.value}`;
    }
  for (const userId of owners.get(value) ?? []) {
    yield `user:${userId}`;
    for (const { uniqueKey, claims } of facts.get(userId)?.identities ?? []) {
      yield `key:${uniqueKey}`;
      for (const claim of ["email", "phone_number", "preferred_username"] as const) if (claims[claim] !== undefined) yield `${claim}:${claims[claim]}`;
    }
  }
}

/** How many of the records, from the first, touch nothing that an earlier one touches: these may be planned together, as if one came after the other. */
export function countIndependent(records: readonly (PreparedRecord | undefined)[], found: Found): number {
  const touched = new Set<string>();
  for (const [position, record] of records.entries()) {
    const own = record ? new Set(touchedBy(record, found)) : new Set<string>();
    for (const thing of own) if (touched.has(thing)) return position;
    for (const thing of own) touched.add(thing);
  }
  return records.length;
}
