/** How many uses of a session are remembered. */
export const REMEMBERED_ACCESSES = 10;
/** Characters of a user agent that are kept of each: what tells browsers apart stands in front. */
const USER_AGENT_CHARACTERS = 200;

/**
 * What an update sets to note an access of the row with an alias: the last one, and it at the end of those that are remembered. So the stream of accesses costs
 * no statement of its own, and is as coalesced as the last access is. `access` (jsonb) and `now` are SQL.
 */
export const noteAccess = (row: string, { access, now }: { access: string; now: string }): string => `last_access = ${access}, last_access_at = ${now}, recent_accesses =
    case when jsonb_array_length(${row}.recent_accesses) < ${REMEMBERED_ACCESSES} then ${row}.recent_accesses else ${row}.recent_accesses - 0 end
      || jsonb_build_array(${access}::jsonb || jsonb_build_object('user_agent', left(${access}::jsonb ->> 'user_agent', ${USER_AGENT_CHARACTERS})))`;

/** Who notes an access waits for nobody: a row that another request has in hand is left to it. */
export const free = (row: string): string => `for no key update of ${row} skip locked`;
