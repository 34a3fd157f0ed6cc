// Commands on the letters that are selected, else on the open one.
import type { Command } from '../shared/keymap';
import type { App } from './app.svelte';

export function letterCommands(app: App): Command[] {
  const when = () => app.listens && app.targets().length > 0;
  return [...away(app, when), ...kept(app, when)];
}

/** Whether all letters that a command would be about lie in mailboxes of that role. */
export function allIn(app: App, role: 'archive' | 'junk' | 'trash'): boolean {
  const rows = app.list.rowsOf(new Set(app.targets()));
  return rows.length > 0 && rows.every((row) => app.mailboxes.get(row.mailbox)?.role === role);
}

/** What takes letters out of the list. */
function away(app: App, when: () => boolean): Command[] {
  const group = 'group-letter';
  const to = (role: 'trash' | 'archive' | 'junk' | 'inbox') => void app.takeAway((ids) => app.acts.moveTo(ids, role));
  const askToDelete = () => (app.overlay = { kind: 'delete-for-good', ids: app.targets() });
  return [
    {
      id: 'archive',
      title: 'command-archive',
      group,
      keys: ['e'],
      when: () => when() && !allIn(app, 'archive'),
      run: () => to('archive'),
    },
    {
      id: 'delete',
      title: 'command-delete',
      group,
      keys: ['Delete', 'Backspace', '#'],
      when,
      run: () => (allIn(app, 'trash') ? askToDelete() : to('trash')),
    },
    {
      id: 'delete-for-good',
      title: 'command-delete-for-good',
      group,
      keys: ['Shift+Delete', 'Shift+Backspace'],
      when,
      run: askToDelete,
    },
    {
      id: 'junk',
      title: 'command-junk',
      group,
      keys: ['!'],
      when,
      run: () => to(allIn(app, 'junk') ? 'inbox' : 'junk'),
    },
  ];
}

/** What leaves them where they are, or asks where to. */
function kept(app: App, when: () => boolean): Command[] {
  const group = 'group-letter';
  const rows = () => app.list.rowsOf(new Set(app.targets()));
  const ofOneAccount = () => when() && new Set(rows().map((row) => row.account)).size === 1;
  const mark = (which: 'seen' | 'flagged') => () => {
    // A mark that one of them lacks is given to all; one that all have is taken away.
    const value = rows().some((row) => !row[which]);
    app.reader.decided();
    void app.acts.mark(app.targets(), { [which]: value });
  };
  return [
    {
      id: 'move',
      title: 'command-move',
      group,
      keys: ['v'],
      when: ofOneAccount,
      run: () => (app.overlay = { kind: 'move' }),
    },
    {
      id: 'copy',
      title: 'command-copy',
      group,
      keys: ['Shift+v'],
      when: ofOneAccount,
      run: () => (app.overlay = { kind: 'copy' }),
    },
    { id: 'flag', title: 'command-flag', group, keys: ['s'], when, run: mark('flagged') },
    { id: 'unread', title: 'command-unread', group, keys: ['u'], when, run: mark('seen') },
  ];
}
