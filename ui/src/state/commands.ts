// Every command of the window, once: toolbar, shortcuts and the help sheet all come from here.
import { t } from '../i18n/text';
import type { Command } from '../shared/keymap';
import type { App } from './app.svelte';
import { letterCommands } from './letter-commands';
import { mailboxCommands } from './mailbox-commands';
import { ALL_INBOXES, FLAGGED } from './place';
import { MOST } from './selection.svelte';

/** All commands, in the order of the help sheet. */
export function commands(app: App): Command[] {
  return [
    ...listCommands(app),
    ...letterCommands(app),
    ...writingCommands(app),
    ...mailboxCommands(app),
    ...windowCommands(app),
  ];
}

function listCommands(app: App): Command[] {
  const { selection } = app;
  const when = () => app.listens && app.place.kind === 'letters' && !app.desk.composer;
  const extend = async (done: Promise<boolean>) => {
    if (!(await done)) app.toasts.say(t('selection-cut', { count: MOST }));
  };
  const rows = (by: number) => () => void selection.move(by);
  const group = 'group-list';
  const make = (id: string, keys: string[], run: () => void): Command => ({
    id,
    title: `command-${id}`,
    group,
    keys,
    when,
    run,
  });
  return [
    make('next', ['j', 'ArrowDown'], rows(1)),
    make('previous', ['k', 'ArrowUp'], rows(-1)),
    make('open', ['Enter'], () => void app.openChosen()),
    make('page-down', ['PageDown'], rows(8)),
    make('page-up', ['PageUp'], rows(-8)),
    make('first', ['Home'], () => void selection.choose(0)),
    make('last', ['End'], () => void selection.choose(app.list.total - 1)),
    make('extend-next', ['Shift+ArrowDown', 'Shift+j'], () => void extend(selection.extendBy(1))),
    make('extend-previous', ['Shift+ArrowUp', 'Shift+k'], () => void extend(selection.extendBy(-1))),
    make('select-all', ['Mod+a'], () => void extend(selection.all())),
  ];
}

function writingCommands(app: App): Command[] {
  const group = 'group-writing';
  const reading = () => app.listens && app.reader.letter !== null && !app.desk.composer && app.selection.ids.size <= 1;
  const writing = () => app.listens && app.desk.composer !== null;
  const answer = (all: boolean) => () => {
    const { letter } = app.reader;
    if (letter) void app.desk.reply(letter, all);
  };
  return [
    {
      id: 'compose',
      title: 'command-compose',
      group,
      keys: ['c', 'Mod+n'],
      when: () => app.listens,
      run: () => void app.compose(),
    },
    { id: 'reply', title: 'command-reply', group, keys: ['r'], when: reading, run: answer(false) },
    { id: 'reply-all', title: 'command-reply-all', group, keys: ['a'], when: reading, run: answer(true) },
    {
      id: 'forward',
      title: 'command-forward',
      group,
      keys: ['f'],
      when: reading,
      run: () => {
        if (app.reader.id !== null) void app.desk.forward(app.reader.id);
      },
    },
    {
      id: 'send',
      title: 'command-send',
      group,
      keys: ['Mod+Enter'],
      when: writing,
      run: () => void app.desk.send(),
    },
  ];
}

function windowCommands(app: App): Command[] {
  const group = 'group-window';
  const when = () => app.listens;
  return [
    {
      id: 'undo',
      title: 'command-undo',
      group,
      keys: ['Mod+z', 'z'],
      // Where a letter is being written, the key is the text's.
      when: () => app.listens && !app.desk.composer,
      run: () => void app.undo.last(),
    },
    { id: 'go', title: 'command-go', group, keys: ['/'], when, run: () => (app.overlay = { kind: 'go' }) },
    { id: 'go-inbox', title: 'command-go-inbox', group, keys: ['g i'], when, run: () => void app.go(ALL_INBOXES) },
    { id: 'go-flagged', title: 'command-go-flagged', group, keys: ['g s'], when, run: () => void app.go(FLAGGED) },
    {
      id: 'go-drafts',
      title: 'command-go-drafts',
      group,
      keys: ['g d'],
      when,
      run: () => void app.go({ kind: 'drafts' }),
    },
    {
      id: 'go-outbox',
      title: 'command-go-outbox',
      group,
      keys: ['g o'],
      when,
      run: () => void app.go({ kind: 'outbox' }),
    },
    {
      id: 'accounts',
      title: 'command-accounts',
      group,
      keys: ['g a'],
      when,
      run: () => void app.go({ kind: 'accounts' }),
    },
    { id: 'sync', title: 'command-sync', group, keys: ['Mod+r', 'F5'], when, run: () => void app.sync(null) },
    { id: 'help', title: 'command-help', group, keys: ['?'], when, run: () => (app.overlay = { kind: 'help' }) },
    {
      id: 'back',
      title: 'command-back',
      group,
      keys: ['Escape'],
      when: () => app.stage === 'main',
      run: () => void app.back(),
    },
  ];
}
