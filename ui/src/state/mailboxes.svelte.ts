// The mailboxes of every account.
import { t } from '../i18n/text';
import { call } from '../ipc/call';
import type { Mailbox } from '../ipc/bindings';

/** A line of the sidebar that an act can be about. */
export type Line = { mailbox: number } | { account: number };

export class Mailboxes {
  list = $state.raw<Mailbox[]>([]);
  /** The line of the sidebar that has the focus. */
  focused = $state.raw<Line | null>(null);

  private asked = 0;

  async load(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    const list = await call('mailboxes_list', {});
    if (asked === this.asked) this.list = list;
  }

  get(id: number): Mailbox | undefined {
    return this.list.find((one) => one.id === id);
  }

  ofAccount(account: number): Mailbox[] {
    return this.list.filter((one) => one.account === account);
  }

  /** Unread letters in all inboxes. */
  get unreadInboxes(): number {
    return this.list.filter((one) => one.role === 'inbox').reduce((sum, one) => sum + one.unread, 0);
  }
}

/** A mailbox's name as shown: those with a role are named in the person's language. */
export function mailboxName(mailbox: Mailbox): string {
  return mailbox.role === 'other' ? mailbox.name : t(`role-${mailbox.role}`);
}

/** A mailbox's whole path as shown, for a place where its level cannot be seen. */
export function mailboxPath(mailbox: Mailbox): string {
  return mailbox.role === 'other' ? mailbox.path.replaceAll('/', ' / ') : mailboxName(mailbox);
}
