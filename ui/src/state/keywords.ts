// Keywords that a person would know as their own. Programs keep marks of theirs among them: those with a dollar sign (the
// registered ones of RFC 5788 and their kin), and a few older ones without.

const OF_PROGRAMS = new Set(
  'junk nonjunk notjunk forwarded redirected mdnsent submitted submitpending receipt-handled'.split(' '),
);

/** The keywords to show as labels. */
export function labels(keywords: readonly string[]): string[] {
  return keywords.filter((one) => !one.startsWith('$') && !OF_PROGRAMS.has(one.toLowerCase()));
}
