// Commands on mailboxes. Which one they are about: see `meantMailbox`.
import type { Mailbox } from '../ipc/bindings';
import type { Command } from '../shared/keymap';
import type { App } from './app.svelte';
import { meantAccount, meantMailbox } from './meant';

export function mailboxCommands(app: App): Command[] {
  const about = (
    keys: string[],
    id: string,
    fits: (one: Mailbox) => boolean,
    run: (one: Mailbox) => void,
  ): Command => ({
    id,
    title: `command-${id}`,
    group: 'group-mailbox',
    keys,
    when: () => {
      const mailbox = app.listens ? meantMailbox(app) : undefined;
      return mailbox !== undefined && fits(mailbox);
    },
    run: () => {
      const mailbox = meantMailbox(app);
      if (mailbox) run(mailbox);
    },
  });
  return [
    menu(app),
    newAtTop(app),
    about(
      ['m i'],
      'mailbox-new-inside',
      () => true,
      ({ account, id }) => (app.overlay = { kind: 'new-mailbox', account, parent: id }),
    ),
    about(['m r'], 'mailbox-rename', isOwn, ({ id }) => (app.overlay = { kind: 'rename-mailbox', mailbox: id })),
    about(['m d'], 'mailbox-delete', isOwn, ({ id }) => (app.overlay = { kind: 'remove-mailbox', mailbox: id })),
    about(
      ['m s'],
      'mailbox-subscribe',
      (mailbox) => !mailbox.local,
      (mailbox) => void app.mailboxActs.subscribe(mailbox),
    ),
    about(['m e'], 'mailbox-empty', canBeEmptied, ({ id }) => (app.overlay = { kind: 'empty-mailbox', mailbox: id })),
  ];
}

/** Whether a mailbox is a person's own: those with a role keep their name and cannot be deleted. */
function isOwn(mailbox: Mailbox): boolean {
  return mailbox.role === 'other';
}

/** Whether all letters of a mailbox may be deleted for good in one go. */
export function canBeEmptied(mailbox: Mailbox): boolean {
  return (mailbox.role === 'trash' || mailbox.role === 'junk') && mailbox.total > 0;
}

function menu(app: App): Command {
  return {
    id: 'mailbox-menu',
    title: 'command-mailbox-menu',
    group: 'group-mailbox',
    keys: ['Shift+F10', 'ContextMenu'],
    when: () => app.listens && !app.menu && (meantMailbox(app) ?? meantAccount(app)) !== undefined,
    run: () => {
      const mailbox = meantMailbox(app);
      const account = meantAccount(app);
      if (mailbox) app.overlay = { kind: 'mailbox-menu', mailbox: mailbox.id, at: null };
      else if (account !== undefined) app.overlay = { kind: 'account-menu', account, at: null };
    },
  };
}

function newAtTop(app: App): Command {
  return {
    id: 'mailbox-new',
    title: 'command-mailbox-new',
    group: 'group-mailbox',
    keys: ['m n'],
    when: () => app.listens && meantAccount(app) !== undefined,
    run: () => {
      const account = meantAccount(app);
      if (account !== undefined) app.overlay = { kind: 'new-mailbox', account, parent: null };
    },
  };
}
