import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LetterRow, Window, WindowAsk } from '../ipc/bindings';
import { makeLetters } from '../host/sample/letters';
import { apiError, FakeHost } from '../testing/host';
import { LetterList } from './letter-list.svelte';
import { Selection } from './selection.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const rest = () => vi.advanceTimersByTimeAsync(40);

/** An engine's view of letters, small but true: windows, versions, anchors. */
class FakeView {
  version = 1;
  rows: LetterRow[];
  private nextId = 1_000_000;

  constructor(count: number) {
    this.rows = makeLetters(count, 1, 1, 1, Date.UTC(2026, 10, 20));
  }

  arrive(count: number): void {
    this.rows = [...makeLetters(count, 1, 1, this.nextId, Date.UTC(2026, 10, 21)), ...this.rows];
    this.nextId += count;
    this.version += 1;
  }

  remove(id: number): void {
    this.rows = this.rows.filter((row) => row.id !== id);
    this.version += 1;
  }

  window(ask: WindowAsk): Window {
    const at = this.rows.findIndex((row) => row.id === ask.anchor);
    return {
      version: this.version,
      total: this.rows.length,
      offset: ask.offset,
      rows: this.rows.slice(ask.offset, ask.offset + ask.limit),
      anchor_index: at < 0 ? null : at,
    };
  }

  get handlers() {
    return {
      view_open: () => ({ view: 1, version: this.version, total: this.rows.length }),
      view_window: (ask: WindowAsk) => this.window(ask),
      view_close: () => ({}),
    };
  }
}

const inbox = { kind: 'role', role: 'inbox' } as const;

async function opened(count: number) {
  const view = new FakeView(count);
  const host = new FakeHost(view.handlers);
  const list = new LetterList();
  const selection = new Selection(list);
  await list.open(inbox);
  list.see(0, 10);
  await rest();
  const tell = async () => {
    list.changed(1, view.version);
    await rest();
  };
  return { view, host, list, selection, tell };
}

/** A view whose exchange of rows has not been answered yet. */
async function changedWhileAsking() {
  const host = new FakeHost({ view_close: () => ({}) });
  const list = new LetterList();
  const opening = list.open(inbox);
  host.take('view_open').answer({ view: 1, version: 1, total: 0 });
  await opening;
  list.changed(1, 2);
  await rest();
  expect(host.called('view_window').length).toBeGreaterThan(0);
  return { host, list };
}

describe('what is asked for', () => {
  // Half a million rows take a busy machine some seconds to make.
  it(
    'asks for pages in view and then for some ahead, each once, never for more than 100 rows',
    { timeout: 30_000 },
    async () => {
      const { host, list } = await opened(500_000);
      list.see(250_000, 250_012);
      await rest();
      expect(list.row(250_003)?.id).toBe(250_004);
      list.see(250_001, 250_013);
      await rest();
      const asks = host.called('view_window') as WindowAsk[];
      expect(asks.map((ask) => ask.offset)).toEqual([0, 250_000, 250_050, 250_100, 250_150]);
      expect(asks.every((ask) => ask.limit <= 100)).toBe(true);
      list.see(250_000, 250_012);
      await rest();
      const upwards = (host.called('view_window') as WindowAsk[]).slice(asks.length);
      expect(upwards.map((ask) => ask.offset)).toEqual([249_950, 249_900, 249_850]);
    },
  );

  it('keeps a bounded number of rows', async () => {
    const { list } = await opened(20_000);
    for (let at = 0; at < 20_000; at += 100) {
      list.see(at, at + 10);
      await rest();
    }
    expect(list.row(19_900)).toBeDefined();
    expect(list.row(0)).toBeUndefined();
  });
});

describe('changes', () => {
  it('shows letters that come at the top, when the top is in view', async () => {
    const { view, list, tell } = await opened(200);
    view.arrive(3);
    await tell();
    expect([list.total, list.moved, list.row(0)?.id]).toEqual([203, 0, 1_000_000]);
  });

  it('stays with the letters in view when others come above', async () => {
    const { view, list, tell } = await opened(2_000);
    list.see(500, 510);
    await rest();
    const before = list.row(500)?.id;
    view.arrive(70);
    await tell();
    expect(list.moved).toBe(70);
    expect(list.row(570)?.id).toBe(before);
  });

  it('exchanges rows in one step: no row is missing in between', async () => {
    const { view, host, list } = await opened(200);
    const seen: (number | undefined)[] = [];
    view.arrive(1);
    list.changed(1, view.version);
    for (let i = 0; i < 10; i += 1) {
      await vi.advanceTimersByTimeAsync(4);
      seen.push(list.row(5)?.id);
    }
    expect(new Set(seen)).toEqual(new Set([6, 5]));
    expect(host.called('view_window').length).toBeLessThan(6);
  });

  it('answers many changes of one frame with one exchange', async () => {
    const { view, host, tell, list } = await opened(200);
    const before = host.called('view_window').length;
    for (let i = 0; i < 50; i += 1) {
      view.arrive(1);
      list.changed(1, view.version);
    }
    await tell();
    expect(host.called('view_window').length - before).toBeLessThanOrEqual(2);
    expect(list.total).toBe(250);
  });

  it('ignores events of other views, and of versions it has', async () => {
    const { host, list } = await opened(200);
    const before = host.calls.length;
    list.changed(2, 99);
    list.changed(1, 1);
    await rest();
    expect(host.calls.length).toBe(before);
  });
});

describe('answers out of order', () => {
  it('hears of a change that is told before the view has its name', async () => {
    const view = new FakeView(0);
    const { view_window, view_close } = view.handlers;
    const host = new FakeHost({ view_window, view_close });
    const list = new LetterList();
    const opening = list.open(inbox);
    const ask = host.take('view_open');
    view.arrive(3);
    list.changed(1, view.version);
    ask.answer({ view: 1, version: 1, total: 0 });
    await opening;
    await rest();
    expect(list.total).toBe(3);
    expect(list.row(0)?.id).toBe(1_000_000);
  });

  it('hears of a change while an exchange of the view before is still under way', async () => {
    const { host, list } = await changedWhileAsking();
    const opening = list.open({ kind: 'flagged' });
    host.take('view_open').answer({ view: 2, version: 1, total: 0 });
    await opening;
    list.changed(2, 2);
    await rest();
    for (const late of host.open.splice(0))
      late.answer({ version: 2, total: 1, offset: 0, rows: [], anchor_index: null });
    await rest();
    const [row] = makeLetters(1, 1, 1, 77, Date.UTC(2026, 10, 20));
    for (const late of host.open.splice(0))
      late.answer({ version: 2, total: 1, offset: 0, rows: [row], anchor_index: null });
    await rest();
    expect(list.total).toBe(1);
    expect(list.row(0)?.id).toBe(77);
  });

  it('drops the answer of a view that was left', async () => {
    const host = new FakeHost();
    const list = new LetterList();
    const one = new FakeView(100);
    const two = new FakeView(7);
    void list.open(inbox);
    const first = host.take('view_open');
    void list.open({ kind: 'flagged' });
    host.take('view_open').answer({ view: 2, version: 1, total: 7 });
    await rest();
    host.take('view_window').answer(two.window({ view: 2, offset: 0, limit: 50, anchor: null }));
    first.answer({ view: 1, version: 1, total: one.rows.length });
    await rest();
    expect(list.total).toBe(7);
    // The view that nobody looks at is closed.
    expect(host.take('view_close').args).toEqual({ view: 1 });
  });

  it('does not mix rows of an older version into a newer one', async () => {
    const view = new FakeView(400);
    const host = new FakeHost({ view_open: view.handlers.view_open, view_close: () => ({}) });
    const list = new LetterList();
    void list.open(inbox);
    await rest();
    const top = host.take('view_window');
    top.answer(view.window(top.args as WindowAsk));
    await rest();

    // A page is asked for; before it is answered the view changes and is exchanged.
    list.see(200, 210);
    await rest();
    const late = host.take('view_window');
    const lateAnswer = view.window(late.args as WindowAsk);
    view.arrive(5);
    list.changed(1, view.version);
    await rest();
    for (const ask of host.open.splice(0)) ask.answer(view.window(ask.args as WindowAsk));
    await rest();
    expect(list.total).toBe(405);
    late.answer(lateAnswer);
    await rest();
    for (const ask of host.open.splice(0)) ask.answer(view.window(ask.args as WindowAsk));
    await rest();
    expect(list.row(205)?.id).toBe(view.rows[205]?.id);
  });

  it('asks again when an answer is newer than the event', async () => {
    const { view, list } = await opened(400);
    view.arrive(2);
    // No event yet; the page that is fetched now is of the newer version.
    list.see(300, 310);
    await rest();
    expect(list.total).toBe(402);
    expect(list.row(305)?.id).toBe(view.rows[305]?.id);
  });
});

describe('errors', () => {
  it('opens the view anew when the engine has forgotten it', async () => {
    const view = new FakeView(10);
    let forgotten = false;
    const host = new FakeHost({
      ...view.handlers,
      view_window: (ask) => {
        if (forgotten) {
          forgotten = false;
          throw apiError('not_found');
        }
        return view.window(ask);
      },
    });
    const list = new LetterList();
    await list.open(inbox);
    await rest();
    forgotten = true;
    await list.again();
    await rest();
    expect(host.called('view_open')).toHaveLength(2);
    expect([list.failure, list.total, list.row(3)?.id]).toEqual([null, 10, 4]);
  });

  it('says that the letters could not be read', async () => {
    new FakeHost({
      view_open: () => {
        throw apiError('storage');
      },
    });
    const list = new LetterList();
    await list.open(inbox);
    expect([list.opening, list.failure?.code]).toEqual([false, 'storage']);
  });
});

describe('selection', () => {
  it('stays with its letters when others come above', async () => {
    const { view, selection, list, tell } = await opened(300);
    await selection.choose(4);
    const id = selection.id;
    view.arrive(3);
    await tell();
    expect([selection.id, selection.index, list.row(7)?.id]).toEqual([id, 7, id]);
  });

  it('follows its letter when that is out of view', async () => {
    const { view, selection, list, tell } = await opened(1_000);
    await selection.choose(4);
    list.see(600, 610);
    await rest();
    view.arrive(10);
    await tell();
    expect(selection.index).toBe(14);
  });

  it('keeps its place when its letter is gone', async () => {
    const { view, selection, tell } = await opened(10);
    await selection.choose(9);
    view.remove(10);
    await tell();
    expect(selection.index).toBe(8);
  });

  it('extends both ways from where it began, over rows not at hand', async () => {
    const { selection } = await opened(1_000);
    await selection.choose(400);
    await selection.extendTo(620);
    expect(selection.ids.size).toBe(221);
    await selection.extendTo(398);
    expect([...selection.ids].sort((a, b) => a - b)).toEqual([399, 400, 401]);
  });

  it('takes single letters in and out', async () => {
    const { selection } = await opened(10);
    await selection.choose(1);
    await selection.toggle(3);
    expect([...selection.ids]).toEqual([2, 4]);
    await selection.toggle(1);
    expect([...selection.ids]).toEqual([4]);
  });

  it('goes on to the next letter that stays, at the end to the one before', async () => {
    const { selection } = await opened(10);
    await selection.choose(3);
    await selection.extendTo(5);
    expect(selection.successor()).toBe(6);
    await selection.choose(9);
    expect(selection.successor()).toBe(8);
  });

  it('tells of the letter that was chosen last when keys are fast', async () => {
    const { selection } = await opened(1_000);
    const chosen: number[] = [];
    selection.onchoose = (id) => chosen.push(id);
    void selection.choose(700);
    void selection.choose(2);
    await rest();
    expect(chosen).toEqual([3]);
  });
});
