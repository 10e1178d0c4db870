/** A text as it can be looked for: PostgreSQL has no NUL characters and takes no parameter with one, so nothing that is stored can match. */
export const soughtText = (text: string): string => text.replaceAll("\0", "\ufffd");
