/**
 * Response headers of a hosted page. `frameAncestors` are the origins that may frame it; none means that nobody may.
 * `foreignStyles`: the page holds a widget of another site, which writes styles into it.
 */
export function pageHeaders(nonce: string, frameAncestors: readonly string[] = [], foreignStyles = false): Record<string, string> {
  const styles = foreignStyles ? "'self' 'unsafe-inline'" : "'self'";
  const ancestors = frameAncestors.length > 0 ? frameAncestors.join(" ") : "'none'";
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    pragma: "no-cache",
    // Codes and states in addresses stay on this site.
    "referrer-policy": "same-origin",
    "content-security-policy": `script-src 'self' https: 'nonce-${nonce}' 'strict-dynamic'; style-src ${styles}; object-src 'none'; base-uri 'none'; frame-ancestors ${ancestors}`,
    ...(frameAncestors.length > 0 ? {} : { "x-frame-options": "DENY" }),
  };
}
