const version = (userAgent: string, pattern: RegExp): number[] | undefined => pattern.exec(userAgent)?.slice(1).map(Number);

/** Lexicographic comparison of version numbers. */
const isBelow = (found: readonly number[], limit: readonly number[]): boolean => {
  const index = limit.findIndex((part, at) => (found[at] ?? 0) !== part);
  return index !== -1 && (found[index] ?? 0) < (limit[index] as number);
};

/**
 * Whether a browser understands `SameSite=None`. Those of iOS 12, Safari of macOS 10.14, Chrome 51 to 66 and UC Browser below 12.13.2 refuse such cookies or take
 * them for strict ones (spec: sessions and tokens §5).
 */
export function acceptsSameSiteNone(userAgent: string): boolean {
  if (/\(iP.+; CPU .*OS 12[_\d]*.*\) AppleWebKit\//.test(userAgent.slice(0, 512))) return false;
  if (/\(Macintosh;.*Mac OS X 10_14[_\d]*.*\) AppleWebKit\//.test(userAgent.slice(0, 512)) && isSafari(userAgent)) return false;
  const uc = version(userAgent, /UCBrowser\/(\d+)\.(\d+)\.(\d+)/);
  if (uc) return !isBelow(uc, [12, 13, 2]);
  const chrome = version(userAgent, /Chrom(?:e|ium)\/(\d+)/)?.[0];
  return chrome === undefined || chrome < 51 || chrome > 66;
}

const isSafari = (userAgent: string): boolean =>
  (/Version\/.* Safari\//.test(userAgent.slice(0, 512)) && !/Chrom(?:e|ium)/.test(userAgent)) || /AppleWebKit\/[.\d]+ \(KHTML, like Gecko\)$/.test(userAgent.slice(0, 512));
