import { expect, it } from 'vitest';
import { apiError, FakeHost } from '../testing/host';
import { isOpen } from '../shared/gate';
import { Guard } from './guard.svelte';

/** A guard over twelve letters, of which so many exist nowhere else. */
async function asked(letters: number, unsent = 0) {
  const host = new FakeHost({ last_copies: () => ({ letters, unsent }) });
  const guard = new Guard({ kind: 'mailbox', mailbox: 8 });
  await guard.ask();
  return { host, guard };
}

it('is closed until it is known what would be lost', async () => {
  const host = new FakeHost();
  const guard = new Guard({ kind: 'letters', ids: [1, 2] });
  const asking = guard.ask();
  expect(isOpen(guard)).toBe(false);
  host.take('last_copies').answer({ letters: 0, unsent: 0 });
  await asking;
  expect([isOpen(guard), guard.loses]).toEqual([true, false]);
  expect(host.called('last_copies')).toEqual([{ kind: 'letters', ids: [1, 2] }]);
});

it('stays closed when that cannot be known, and asks again', async () => {
  const host = new FakeHost();
  const guard = new Guard({ kind: 'account', account: 1 });
  const asking = guard.ask();
  host.take('last_copies').fail(apiError('storage'));
  await asking;
  expect([isOpen(guard), guard.failure?.code]).toEqual([false, 'storage']);
  const again = guard.ask();
  host.take('last_copies').answer({ letters: 0, unsent: 0 });
  await again;
  expect([isOpen(guard), guard.problem]).toEqual([true, '']);
});

it('opens for last copies only when that is understood, and names the number that was seen', async () => {
  const { guard } = await asked(3);
  const agreed: number[] = [];
  const act = (number: number) => Promise.resolve(agreed.push(number));
  expect(await guard.pass(act)).toBe(false);
  guard.understood = true;
  expect(await guard.pass(act)).toBe(true);
  expect(agreed).toEqual([3]);
});

it('asks for a yes for what was never sent too', async () => {
  const { guard } = await asked(0, 2);
  expect([guard.loses, isOpen(guard)]).toEqual([true, false]);
});

it('shows the new number when more would go, and wants another yes', async () => {
  const { host, guard } = await asked(3, 1);
  guard.understood = true;
  const act = () => Promise.reject(apiError('last_copies', null, 5));
  expect(await guard.pass(act)).toBe(false);
  expect([guard.letters, guard.unsent, guard.understood, guard.grown]).toEqual([5, 1, false, true]);
  expect([isOpen(guard), guard.problem, host.called('last_copies').length]).toEqual([false, '', 1]);
  guard.understood = true;
  expect(await guard.pass((agreed) => Promise.resolve(expect(agreed).toBe(5)))).toBe(true);
});

it('asks for a yes where there was nothing to lose before', async () => {
  const { guard } = await asked(0);
  expect(await guard.pass(() => Promise.reject(apiError('last_copies', null, 1)))).toBe(false);
  expect([guard.loses, guard.grown, isOpen(guard)]).toEqual([true, true, false]);
});

it('says what else went wrong, and lets it be tried again', async () => {
  const { guard } = await asked(0);
  expect(await guard.pass(() => Promise.reject(apiError('storage')))).toBe(false);
  expect([guard.failure?.code, guard.grown, isOpen(guard)]).toEqual(['storage', false, true]);
});

it('does nothing twice', async () => {
  const { guard } = await asked(0);
  let end = () => {};
  let times = 0;
  const act = () => {
    times += 1;
    return new Promise<void>((done) => (end = done));
  };
  const first = guard.pass(act);
  expect([isOpen(guard), await guard.pass(act)]).toEqual([false, false]);
  end();
  expect([await first, times]).toEqual([true, 1]);
});
