// Which mailbox, account or letters a command is about, where the screen shows several.
import type { Mailbox } from '../ipc/bindings';
import type { App } from './app.svelte';
import { mailboxPath } from './mailboxes.svelte';

/** The mailbox that an act on mailboxes is about: that of the open menu, else the one with the focus, else the one in sight. */
export function meantMailbox(app: App): Mailbox | undefined {
  const { menu, place } = app;
  const { focused } = app.mailboxes;
  if (menu) return menu.kind === 'mailbox-menu' ? app.mailboxes.get(menu.mailbox) : undefined;
  if (focused) return 'mailbox' in focused ? app.mailboxes.get(focused.mailbox) : undefined;
  return place.kind === 'letters' && place.view.kind === 'mailbox' ? app.mailboxes.get(place.view.mailbox) : undefined;
}

/** The account that an act on mailboxes is about: as above, else the only one there is. */
export function meantAccount(app: App): number | undefined {
  const { menu } = app;
  const { focused } = app.mailboxes;
  if (menu?.kind === 'account-menu') return menu.account;
  if (!menu && focused && 'account' in focused) return focused.account;
  const only = app.accounts.list.length === 1 ? app.accounts.list[0]?.id : undefined;
  return meantMailbox(app)?.account ?? only;
}

/** Where those letters lie, in words: the mailbox in sight, else those of the letters; null when not every letter is at hand. */
export function whereabouts(app: App, ids: readonly number[]): string[] | null {
  const { place } = app;
  const here = place.kind === 'letters' && place.view.kind === 'mailbox' ? place.view.mailbox : null;
  if (here !== null) return names(app, [here]);
  const rows = app.list.rowsOf(new Set(ids));
  return rows.length < ids.length ? null : names(app, [...new Set(rows.map((row) => row.mailbox))]);
}

function names(app: App, ids: number[]): string[] {
  return ids.flatMap((id) => {
    const mailbox = app.mailboxes.get(id);
    const account = mailbox && app.accounts.get(mailbox.account);
    return mailbox && account ? [`${mailboxPath(mailbox)} (${app.accounts.label(account)})`] : [];
  });
}
