import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Draft } from '../ipc/bindings';
import { apiError, FakeHost } from '../testing/host';
import { blankDraft, Composer } from './composer.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const saved = (host: FakeHost) => host.called('draft_save') as Draft[];

function write(composer: Composer, text: string) {
  composer.text = text;
  composer.changed();
}

it('keeps the id of the first save, and what was typed while it ran', async () => {
  const host = new FakeHost();
  const composer = new Composer(blankDraft(1), false);
  write(composer, 'Dear Bob');
  await vi.advanceTimersByTimeAsync(600);
  write(composer, 'Dear Bob, hello');
  const first = host.take('draft_save');
  first.answer({ ...(first.args as Draft), id: 7 });
  await vi.advanceTimersByTimeAsync(600);
  expect(composer.text).toBe('Dear Bob, hello');
  expect(saved(host).map((draft) => [draft.id, draft.text])).toEqual([
    [null, 'Dear Bob'],
    [7, 'Dear Bob, hello'],
  ]);
});

it('saves and sends a recipient that is not a chip yet', async () => {
  const host = new FakeHost({
    draft_save: (draft) => ({ ...draft, id: 7 }),
    draft_send: () => ({ outbox: 1 }),
  });
  const composer = new Composer(blankDraft(1), false);
  composer.pending.to = 'bob@south.test';
  composer.changed();
  expect(await composer.send()).toBe(true);
  expect(saved(host).at(-1)?.to).toEqual(['bob@south.test']);
});

it('sends what was written last, and saves nothing after that', async () => {
  const host = new FakeHost({
    draft_save: (draft) => ({ ...draft, id: 7 }),
    draft_send: () => ({ outbox: 1 }),
  });
  const composer = new Composer(blankDraft(1), false);
  write(composer, 'one');
  await vi.advanceTimersByTimeAsync(600);
  write(composer, 'two');
  expect(await composer.send()).toBe(true);
  write(composer, 'three');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(host.calls.map((call) => call.name)).toEqual(['draft_save', 'draft_save', 'draft_send']);
  expect(saved(host).at(-1)?.text).toBe('two');
});

it('stays open when it cannot be sent, says why, and repeats under the same command id', async () => {
  let fails = true;
  const host = new FakeHost({
    draft_save: (draft) => ({ ...draft, id: 7 }),
    draft_send: () => {
      if (fails) throw apiError('invalid_input', 'to');
      return { outbox: 1 };
    },
  });
  const composer = new Composer(blankDraft(1), false);
  write(composer, 'text');
  expect(await composer.send()).toBe(false);
  expect(composer.failure).toMatchObject({ code: 'invalid_input', field: 'to' });
  write(composer, 'more text');
  await vi.advanceTimersByTimeAsync(600);
  expect(saved(host).at(-1)?.text).toBe('more text');
  fails = false;
  expect(await composer.send()).toBe(true);
  const ids = (host.called('draft_send') as { command: string }[]).map((args) => args.command);
  expect(new Set(ids).size).toBe(1);
});

it('is not closed while its text cannot be saved', async () => {
  let full = true;
  new FakeHost({
    draft_save: (draft) => {
      if (full) throw apiError('storage');
      return { ...draft, id: 7 };
    },
  });
  const composer = new Composer(blankDraft(1), false);
  write(composer, 'precious');
  expect(await composer.leave()).toBe('stuck');
  expect(composer.text).toBe('precious');
  full = false;
  expect(await composer.leave()).toBe('kept');
});

it('leaves nothing behind when nothing was written, and nothing is lost of an older draft', async () => {
  const host = new FakeHost({ draft_remove: () => ({}) });
  expect(await new Composer(blankDraft(1), false).leave()).toBe('gone');
  expect(await new Composer({ ...blankDraft(1), id: 3, text: 'forwarded' }, false).leave()).toBe('gone');
  expect(host.called('draft_remove')).toEqual([{ id: 3 }]);
  expect(await new Composer({ ...blankDraft(1), id: 4, text: 'old' }, true).leave()).toBe('kept');
  expect(host.calls).toHaveLength(1);
});

it('removes the draft when it is discarded in the middle of its first save', async () => {
  const host = new FakeHost({ draft_remove: () => ({}) });
  const composer = new Composer(blankDraft(1), false);
  write(composer, 'no');
  await vi.advanceTimersByTimeAsync(600);
  const discarded = composer.discard();
  const save = host.take('draft_save');
  save.answer({ ...(save.args as Draft), id: 9 });
  await discarded;
  expect(host.called('draft_remove')).toEqual([{ id: 9 }]);
});

it('takes sizes of files from the engine, but not files that were removed meanwhile', async () => {
  const host = new FakeHost();
  host.picked.push('/home/a/plan.pdf');
  const composer = new Composer(blankDraft(1), false);
  await composer.attach();
  await vi.advanceTimersByTimeAsync(600);
  const save = host.take('draft_save');
  const draft = save.args as Draft;
  save.answer({ ...draft, id: 1, attachments: draft.attachments.map((file) => ({ ...file, size: 42 })) });
  await vi.advanceTimersByTimeAsync(0);
  expect(composer.attachments).toMatchObject([{ name: 'plan.pdf', path: '/home/a/plan.pdf', size: 42 }]);
  await composer.attach();
  expect(composer.attachments).toHaveLength(1);
});
