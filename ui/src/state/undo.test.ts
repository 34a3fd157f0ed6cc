import { expect, it } from 'vitest';
import { t } from '../i18n/text';
import type { UndoRow } from '../ipc/bindings';
import { Toasts } from '../shared/toasts.svelte';
import { apiError, FakeHost } from '../testing/host';
import { Acts } from './acts';
import { Undo } from './undo';

const row = (command: string, what: UndoRow['what'] = 'move', letters = 1): UndoRow => ({
  command,
  what,
  letters,
  at: '2026-11-25T08:00:00Z',
});

/** An engine that remembers acts, newest first, and takes each back once. */
function engine(acts: UndoRow[], lost = 0) {
  const host = new FakeHost({
    undo_list: () => acts,
    undo: ({ command }) => {
      const at = acts.findIndex((one) => one.command === command);
      const [found] = at < 0 ? [] : acts.splice(at, 1);
      if (!found) throw apiError('not_found');
      return { letters: found.letters - lost, lost };
    },
    letters_to: ({ command, ids }) => {
      acts.unshift(row(command, 'move', ids.length));
      return {};
    },
  });
  const toasts = new Toasts();
  const undo = new Undo(toasts);
  return { host, toasts, undo, acts: new Acts(undo) };
}

const taken = (host: FakeHost) => (host.called('undo') as { command: string }[]).map((one) => one.command);
const said = (toasts: Toasts) => toasts.list.map((toast) => toast.text);

it('takes back the last act of a window that was closed since, then the one before', async () => {
  const { host, toasts, undo } = engine([row('b', 'move', 3), row('a', 'mark')]);
  await undo.last();
  expect(said(toasts)).toEqual([t('undone-move', { count: 3, number: '3' })]);
  await undo.last();
  await undo.last();
  expect(taken(host)).toEqual(['b', 'a']);
  expect(said(toasts).slice(1)).toEqual([t('undone-mark', { count: 1, number: '1' }), t('nothing-to-undo')]);
});

it('takes two acts back when the key is pressed twice before the first answer', async () => {
  const { host, undo } = engine([row('b'), row('a')]);
  await Promise.all([undo.last(), undo.last()]);
  expect(taken(host)).toEqual(['b', 'a']);
});

it('leaves alone what nobody did by hand, and what was taken back', async () => {
  const { host, undo } = engine([row('read-1', 'mark'), row('undo-1'), row('a')]);
  await undo.last();
  expect(taken(host)).toEqual(['a']);
  expect((host.called('undo')[0] as { as: string }).as).toMatch(/^undo-/);
});

it('waits for the act that is on its way', async () => {
  const host = new FakeHost({ undo_list: () => [row('a')], undo: () => ({ letters: 1, lost: 0 }) });
  const undo = new Undo(new Toasts());
  const acts = new Acts(undo);
  const archived = acts.moveTo([1], 'archive');
  const undone = undo.last();
  await Promise.resolve();
  expect(host.called('undo_list')).toEqual([]);
  host.take('letters_to').answer({});
  await Promise.all([archived, undone]);
  expect(host.called('undo_list').length).toBe(1);
});

it('offers to take an act back, once: by the button or by the key', async () => {
  const { host, toasts, undo, acts } = engine([]);
  await acts.moveTo([1, 2], 'archive');
  expect(said(toasts)).toEqual([t('moved-to-archive', { count: 2 })]);
  const button = toasts.list[0]?.action;
  await undo.last();
  expect(said(toasts)).toEqual([t('undone-move', { count: 2, number: '2' })]);
  button?.run();
  await undo.last();
  expect(taken(host).length).toBe(1);
});

it('says which letters cannot be brought back', async () => {
  const { toasts, undo } = engine([row('a', 'delete', 3)], 2);
  await undo.last();
  const back = t('undone-delete', { count: 1, number: '1' });
  expect(toasts.list.map(({ text, kind }) => [text, kind])).toEqual([
    [`${back} ${t('undone-lost', { count: 2, number: '2' })}`, 'error'],
  ]);
});

it('goes on to the act before where one cannot be taken back at all', async () => {
  const host = new FakeHost({
    undo_list: () => [row('b'), row('a')],
    undo: ({ command }) => {
      if (command === 'b') throw apiError('not_found');
      return { letters: 1, lost: 0 };
    },
  });
  const toasts = new Toasts();
  const undo = new Undo(toasts);
  await undo.last();
  expect(toasts.list.map(({ kind }) => kind)).toEqual(['error']);
  await undo.last();
  expect(taken(host)).toEqual(['b', 'a']);
});

it('says what went wrong with an act, and offers nothing', async () => {
  const host = new FakeHost();
  const toasts = new Toasts();
  const done = new Acts(new Undo(toasts)).moveTo([1], 'trash');
  host.take('letters_to').fail(apiError('storage'));
  await done;
  expect(toasts.list.map(({ text, action }) => [text, action])).toEqual([[t('problem-storage'), undefined]]);
});
