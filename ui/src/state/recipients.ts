// Recipients as they are typed: where one ends and the next begins. Whether one can be sent to is the engine's to say;
// `looksRight` only marks what is plainly unfinished.

/** Cuts typed text at commas, semicolons and line ends that stand outside of quotes and angle brackets. */
export function splitRecipients(text: string): string[] {
  return clean(pieces(text));
}

/** The entries that a separator has ended, and what is still being written after the last one. */
export function takeFinished(text: string): { finished: string[]; rest: string } {
  const all = pieces(text);
  return { finished: clean(all.slice(0, -1)), rest: all.at(-1) ?? '' };
}

/** Whether an entry has the shape `local@domain` or `name <local@domain>`. */
export function looksRight(entry: string): boolean {
  return /^[^\s@<>",;]+@[^\s@<>",;]+$/.test(addressOf(entry));
}

/** What a chip shows: the display name, or the address where there is none. */
export function labelOf(entry: string): string {
  const name = /^(.*)<[^<]*>$/s.exec(entry.trim())?.[1]?.trim();
  return name?.replace(/^"(.*)"$/s, '$1').trim() || addressOf(entry);
}

/** The address of an entry, without its display name. */
export function addressOf(entry: string): string {
  return (/<([^<]*)>$/.exec(entry.trim())?.[1] ?? entry).trim();
}

function pieces(text: string): string[] {
  const found = [''];
  let quoted = false;
  let bracket = false;
  for (const char of text) {
    const lineEnd = char === '\n' || char === '\r';
    if (lineEnd || ((char === ',' || char === ';') && !quoted && !bracket)) {
      found.push('');
      quoted = false;
      bracket = false;
      continue;
    }
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === '<') bracket = true;
    else if (!quoted && char === '>') bracket = false;
    found[found.length - 1] += char;
  }
  return found;
}

function clean(entries: string[]): string[] {
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}
