// Where the person is: what the list column shows.
import { t } from '../i18n/text';
import type { View } from '../ipc/bindings';
import { mailboxName } from './mailboxes.svelte';
import type { Mailboxes } from './mailboxes.svelte';

export type Place = { kind: 'letters'; view: View } | { kind: 'drafts' } | { kind: 'outbox' } | { kind: 'accounts' };

export const ALL_INBOXES: Place = { kind: 'letters', view: { kind: 'role', role: 'inbox' } };
export const FLAGGED: Place = { kind: 'letters', view: { kind: 'flagged' } };

export function samePlace(a: Place, b: Place): boolean {
  if (a.kind !== 'letters' || b.kind !== 'letters') return a.kind === b.kind;
  if (a.view.kind === 'mailbox' && b.view.kind === 'mailbox') return a.view.mailbox === b.view.mailbox;
  if (a.view.kind === 'role' && b.view.kind === 'role') return a.view.role === b.view.role;
  return a.view.kind === b.view.kind;
}

export function placeTitle(place: Place, mailboxes: Mailboxes): string {
  if (place.kind !== 'letters') return t(`place-${place.kind}`);
  const { view } = place;
  if (view.kind === 'flagged') return t('place-flagged');
  if (view.kind === 'role') return view.role === 'inbox' ? t('place-all-inboxes') : t(`role-${view.role}`);
  const mailbox = mailboxes.get(view.mailbox);
  return mailbox ? mailboxName(mailbox) : '';
}

/** Unread letters there, for the heading of the list. */
export function placeUnread(place: Place, mailboxes: Mailboxes): number {
  if (place.kind !== 'letters') return 0;
  const { view } = place;
  if (view.kind === 'mailbox') return mailboxes.get(view.mailbox)?.unread ?? 0;
  if (view.kind === 'flagged') return 0;
  return mailboxes.list.filter((one) => one.role === view.role).reduce((sum, one) => sum + one.unread, 0);
}
