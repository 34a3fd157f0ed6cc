import { expect, it } from 'vitest';
import type { AccountDetails, LeaveOnServer } from '../ipc/bindings';
import { apiError, FakeHost } from '../testing/host';
import { AccountView } from './account-view.svelte';
import { LeaveChoice } from './leave-choice.svelte';

const details = (leave: LeaveOnServer): AccountDetails => ({
  software: '',
  extensions: [],
  quirks: [],
  keep: { kind: 'everything' },
  leave,
  only_here: 0,
  uploadable: 0,
  bodies_here: 1,
  bodies_missing: 0,
  missing_octets: 0,
});

/** A choice where that is kept, and so many letters that were deleted here are still on the server. */
async function loaded(now: LeaveOnServer = { kind: 'everything' }, letters = 0) {
  let leave = now;
  const host = new FakeHost({
    account_details: () => details(leave),
    last_copies: () => ({ letters, unsent: 0 }),
    account_leave: (args) => {
      if (args.agreed < letters) throw apiError('last_copies', null, letters);
      leave = args.leave;
      return {};
    },
  });
  const view = new AccountView(2);
  await view.load();
  return { host, view, choice: new LeaveChoice(2, view) };
}

it('is what is so until another one is saved', async () => {
  const { choice } = await loaded({ kind: 'days', days: 30 });
  expect([choice.kind, choice.days, choice.isChanged]).toEqual(['days', '30', false]);
  choice.choose('nothing');
  expect([choice.kind, choice.isChanged]).toEqual(['nothing', true]);
  choice.choose('days');
  expect(choice.isChanged).toBe(false);
  choice.type('7');
  expect([choice.days, choice.isChanged]).toEqual(['7', true]);
  choice.forget();
  expect([choice.kind, choice.days, choice.isChanged]).toEqual(['days', '30', false]);
});

it('offers fourteen days before some were chosen, and days that are typed are chosen', async () => {
  const { choice } = await loaded();
  expect([choice.kind, choice.days]).toEqual(['everything', '14']);
  choice.type('21');
  expect([choice.kind, choice.isChanged]).toEqual(['days', true]);
});

it('wants a number of days from 1 to 999', async () => {
  const { host, choice } = await loaded();
  for (const typed of ['', '0', 'two', '1000', '1.5', '-3']) {
    choice.type(typed);
    expect([typed, await choice.save(), choice.wrong?.field]).toEqual([typed, null, 'days']);
  }
  choice.type('999');
  expect(choice.wrong).toBe(null);
  expect((await choice.save())?.leave).toEqual({ kind: 'days', days: 999 });
  expect(host.called('account_leave')).toEqual([]);
});

it('goes back to everything without a question', async () => {
  const { host, view, choice } = await loaded({ kind: 'nothing' });
  choice.choose('everything');
  expect(await choice.save()).toBe(null);
  expect(host.called('last_copies')).toEqual([]);
  expect(host.called('account_leave')).toEqual([{ account: 2, leave: { kind: 'everything' }, agreed: 0 }]);
  expect([view.details?.leave.kind, choice.isChanged]).toEqual(['everything', false]);
});

it('always asks before letters are deleted at the server by themselves', async () => {
  for (const kind of ['days', 'nothing'] as const) {
    const { host, choice } = await loaded();
    choice.choose(kind);
    const question = await choice.save();
    expect([question?.leave.kind, host.called('account_leave')]).toEqual([kind, []]);
    await question?.guard.ask();
    await question?.guard.pass((agreed) => question.put(agreed));
    expect([choice.kind, choice.isChanged, host.called('account_leave').length]).toEqual([kind, false, 1]);
  }
});

it('asks before deleted letters go from the server only where there are any', async () => {
  const none = await loaded();
  none.choice.choose('until_deleted');
  expect([await none.choice.save(), none.choice.kind, none.choice.isChanged]).toEqual([null, 'until_deleted', false]);

  const some = await loaded({ kind: 'everything' }, 4);
  some.choice.choose('until_deleted');
  const question = await some.choice.save();
  expect([question?.guard.letters, some.host.called('account_leave')]).toEqual([4, []]);
  expect(some.host.called('last_copies')).toEqual([{ kind: 'leave', account: 2, leave: { kind: 'until_deleted' } }]);
  if (!question) return;
  question.guard.understood = true;
  expect(await question.guard.pass((agreed) => question.put(agreed))).toBe(true);
  expect(some.host.called('account_leave')).toEqual([{ account: 2, leave: { kind: 'until_deleted' }, agreed: 4 }]);
});

it('stays with the choice when it could not be saved, and says why', async () => {
  const { view, choice } = await loaded({ kind: 'nothing' });
  const host = new FakeHost();
  choice.choose('everything');
  const saving = choice.save();
  expect(choice.saving).toBe(true);
  host.take('account_leave').fail(apiError('storage'));
  expect(await saving).toBe(null);
  expect([view.failure?.code, choice.isChanged, choice.saving]).toEqual(['storage', true, false]);
});
