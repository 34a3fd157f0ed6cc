import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { apiError, FakeHost } from '../testing/host';
import { letterRow, openLetter } from '../testing/letters';
import { READ_AFTER, Reader } from './reader.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An engine with one letter, whose text is here or not. */
function engine(complete: boolean) {
  const letter = { complete };
  const host = new FakeHost({
    letter_open: ({ id }) => openLetter(letterRow(id, letter)),
    letters_mark: () => ({}),
    letter_fetch: () => ({}),
  });
  return { host, letter, reader: new Reader() };
}

it('counts a letter as read after a moment, by a command that is told from a person’s', async () => {
  const { host, reader } = engine(true);
  await reader.open(7);
  expect(host.called('letter_fetch')).toEqual([]);
  expect(host.called('letters_mark')).toEqual([]);
  await vi.advanceTimersByTimeAsync(READ_AFTER);
  expect(host.called('letters_mark')).toEqual([
    { command: expect.stringMatching(/^read-/) as string, ids: [7], seen: true, flagged: null },
  ]);
});

it('asks at once, and once, for a text that is not here; it is read only when it was there to be read', async () => {
  const { host, letter, reader } = engine(false);
  await reader.open(7);
  expect(host.called('letter_fetch')).toEqual([{ id: 7 }]);
  await reader.changed(7);
  await vi.advanceTimersByTimeAsync(10 * READ_AFTER);
  expect(host.called('letter_fetch').length).toBe(1);
  expect(host.called('letters_mark')).toEqual([]);

  letter.complete = true;
  await reader.changed(7);
  expect(reader.letter?.row.complete).toBe(true);
  await vi.advanceTimersByTimeAsync(READ_AFTER);
  expect(host.called('letters_mark').length).toBe(1);
});

it('leaves read and unread to the person who decided about it', async () => {
  const { host, letter, reader } = engine(false);
  await reader.open(7);
  reader.decided();
  letter.complete = true;
  await reader.changed(7);
  await vi.advanceTimersByTimeAsync(10 * READ_AFTER);
  expect(host.called('letters_mark')).toEqual([]);
});

it('asks again when the server of its account answers again', async () => {
  const { host, letter, reader } = engine(false);
  await reader.open(7);
  await reader.serverAnswers(2);
  expect(host.called('letter_fetch').length).toBe(1);
  await reader.serverAnswers(1);
  expect(host.called('letter_fetch').length).toBe(2);
  letter.complete = true;
  await reader.changed(7);
  await reader.serverAnswers(1);
  expect(host.called('letter_fetch').length).toBe(2);
});

it('says why a text cannot be asked for, of the letter that is open only', async () => {
  const host = new FakeHost({ letter_open: ({ id }) => openLetter(letterRow(id, { complete: false })) });
  const reader = new Reader();
  const first = reader.open(7);
  await vi.waitFor(() => expect(host.called('letter_fetch').length).toBe(1));
  const second = reader.open(8);
  await vi.waitFor(() => expect(host.called('letter_fetch').length).toBe(2));
  host.take('letter_fetch').fail(apiError('not_found'));
  await first;
  expect(reader.fetchFailure).toBeNull();
  host.take('letter_fetch').fail(apiError('unreachable'));
  await second;
  expect(reader.fetchFailure?.code).toBe('unreachable');
});
