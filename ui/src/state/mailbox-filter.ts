// Which mailboxes fit what is typed: by shown name or path, accents and case aside; those that begin with it first.
import type { Mailbox } from '../ipc/bindings';
import { mailboxPath } from './mailboxes.svelte';

export function fitting(mailboxes: readonly Mailbox[], typed: string): Mailbox[] {
  const wanted = plain(typed.trim());
  if (wanted === '') return [...mailboxes];
  const ranked = mailboxes.map((mailbox) => ({ mailbox, rank: rank(mailbox, wanted) }));
  // The sort is stable: equals keep the order of the sidebar.
  return ranked
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .map(({ mailbox }) => mailbox);
}

function rank(mailbox: Mailbox, wanted: string): number {
  const shown = plain(mailboxPath(mailbox));
  const last = plain(mailbox.name);
  if (shown.startsWith(wanted) || last.startsWith(wanted)) return 0;
  return shown.includes(wanted) || last.includes(wanted) ? 1 : Infinity;
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
