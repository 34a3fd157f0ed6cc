// What a person does to mailboxes.
import { number } from '../i18n/format';
import { t } from '../i18n/text';
import { call, commandId } from '../ipc/call';
import type { Mailbox } from '../ipc/bindings';
import type { Toasts } from '../shared/toasts.svelte';
import { mailboxName } from './mailboxes.svelte';
import type { Undo } from './undo';

export class MailboxActs {
  constructor(
    private readonly toasts: Toasts,
    private readonly undo: Undo,
  ) {}

  /** Makes a mailbox, inside another one or at the top of an account. Rejects with what is wrong with its name. */
  create(account: number, parent: number | null, name: string): Promise<Mailbox> {
    return this.undo.follow(call('mailbox_create', { command: commandId(), account, parent, name }));
  }

  /** Gives a mailbox another name. Rejects with what is wrong with it. */
  async rename(mailbox: number, name: string): Promise<void> {
    await this.undo.follow(call('mailbox_rename', { command: commandId(), mailbox, name }));
  }

  /** Deletes a mailbox; its letters go to the trash. Ask before. */
  async remove(mailbox: Mailbox): Promise<void> {
    const command = commandId();
    if (await this.undo.attempt(call('mailbox_remove', { command, mailbox: mailbox.id })))
      this.undo.offer(t('mailbox-deleted', { name: mailboxName(mailbox) }), { command, what: 'mailbox' });
  }

  /**
   * Deletes every letter in the trash or the junk mailbox for good, with so many last copies at most. Ask before. Rejects when
   * nothing was done.
   */
  async empty(mailbox: Mailbox, agreed: number): Promise<void> {
    const command = commandId();
    const { total } = mailbox;
    await this.undo.follow(call('mailbox_empty', { command, mailbox: mailbox.id, agreed }));
    this.undo.offer(t('deleted-for-good', { count: total, number: number(total) }), { command, what: 'delete' });
  }

  /** Subscribes to a mailbox at the server, or ends that. */
  async subscribe(mailbox: Mailbox): Promise<void> {
    const subscribed = !mailbox.subscribed;
    if (await this.undo.attempt(call('mailbox_subscribe', { mailbox: mailbox.id, subscribed })))
      this.toasts.say(t(subscribed ? 'mailbox-subscribed' : 'mailbox-unsubscribed', { name: mailboxName(mailbox) }));
  }
}
