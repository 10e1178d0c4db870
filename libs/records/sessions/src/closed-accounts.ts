/** The account of `u` is closed at a time by its times: a period without access has begun, or one of access has not, or is over (spec: user model §2). `now` is SQL. */
export const closedByTime = (now: string): string =>
  `((u.temporarily_disabled_from <= ${now}::timestamptz and u.temporarily_disabled_until > ${now}::timestamptz) or u.account_valid_from > ${now}::timestamptz or u.account_valid_until <= ${now}::timestamptz)`;

/** The user `u` may not be signed in at a time; what `accountStatusError` says, for statements that write sessions. */
export const isClosed = (now: string): string => `coalesce(u.is_indefinitely_disabled or u.is_anonymized or ${closedByTime(now)}, false)`;
