/** An address as a header can hold it: what is not visible ASCII is percent-encoded, and nothing else is changed (RFC 3986 §2.1). */
export const locationHeader = (address: string): string => address.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
