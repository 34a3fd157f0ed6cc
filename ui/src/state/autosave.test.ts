import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Autosave } from './autosave';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup() {
  let text = '';
  const saves: { value: string; done: () => void; fail: () => void }[] = [];
  const states: string[] = [];
  const autosave = new Autosave(
    () => text,
    (value) => new Promise<void>((done, fail) => saves.push({ value, done, fail: () => fail(new Error('disk full')) })),
    (state) => states.push(state),
  );
  const write = (more: string) => {
    text += more;
    autosave.change();
  };
  return { autosave, saves, states, write };
}

describe('autosave', () => {
  it('saves on a pause, not on every letter', async () => {
    const { saves, write } = setup();
    write('a');
    await vi.advanceTimersByTimeAsync(400);
    write('b');
    await vi.advanceTimersByTimeAsync(599);
    expect(saves).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(saves.map((save) => save.value)).toEqual(['ab']);
  });

  it('runs one save at a time, and saves afterwards what came meanwhile', async () => {
    const { saves, write, states } = setup();
    write('a');
    await vi.advanceTimersByTimeAsync(600);
    write('b');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(saves).toHaveLength(1);
    saves[0]?.done();
    await vi.advanceTimersByTimeAsync(600);
    expect(saves.map((save) => save.value)).toEqual(['a', 'ab']);
    saves[1]?.done();
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe('clean');
  });

  it('tries a failed save again, with the newest text', async () => {
    const { saves, states, write } = setup();
    write('a');
    await vi.advanceTimersByTimeAsync(600);
    saves[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe('failed');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(saves.map((save) => save.value)).toEqual(['a', 'a']);
  });

  it('flushes what is not saved, after the save that runs', async () => {
    const { autosave, saves, write } = setup();
    write('a');
    await vi.advanceTimersByTimeAsync(600);
    write('b');
    const flushed = autosave.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect(saves).toHaveLength(1);
    saves[0]?.done();
    await vi.advanceTimersByTimeAsync(0);
    expect(saves.map((save) => save.value)).toEqual(['a', 'ab']);
    saves[1]?.done();
    await flushed;
  });

  it('says so when a flush fails, and keeps the text to be saved', async () => {
    const { autosave, saves, write } = setup();
    write('a');
    const flushed = autosave.flush().then(
      () => 'saved',
      () => 'failed',
    );
    await vi.advanceTimersByTimeAsync(0);
    saves[0]?.fail();
    expect(await flushed).toBe('failed');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(saves).toHaveLength(2);
  });

  it('saves nothing after it was stopped, and waits for what runs', async () => {
    const { autosave, saves, write } = setup();
    write('a');
    await vi.advanceTimersByTimeAsync(600);
    write('b');
    let stopped = false;
    const stop = autosave.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped).toBe(false);
    saves[0]?.done();
    await stop;
    write('c');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toHaveLength(1);
  });

  it('goes on after an end that did not come', async () => {
    const { autosave, saves, write } = setup();
    write('a');
    await autosave.stop();
    autosave.resume();
    await vi.advanceTimersByTimeAsync(600);
    expect(saves.map((save) => save.value)).toEqual(['a']);
  });
});
