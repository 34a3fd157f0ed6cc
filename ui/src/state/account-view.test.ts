import { expect, it } from 'vitest';
import type { AccountDetails } from '../ipc/bindings';
import { apiError, FakeHost } from '../testing/host';
import { AccountView } from './account-view.svelte';

const details = (more: Partial<AccountDetails> = {}): AccountDetails => ({
  software: 'Dovecot',
  extensions: [
    { name: 'QRESYNC', state: 'distrusted' },
    { name: 'CONDSTORE', state: 'in_use' },
    { name: 'IDLE', state: 'offered' },
    { name: 'NOTIFY', state: 'missing' },
  ],
  quirks: [],
  keep: { kind: 'months', months: 6 },
  leave: { kind: 'everything' },
  only_here: 0,
  uploadable: 0,
  bodies_here: 1,
  bodies_missing: 0,
  missing_octets: 0,
  ...more,
});

it('keeps as it is until a choice that differs is confirmed', async () => {
  let kept = details();
  const host = new FakeHost({
    account_details: () => kept,
    account_keep: ({ keep }) => {
      kept = details({ keep, bodies_missing: 40 });
      return {};
    },
  });
  const view = new AccountView(1);
  await view.load();
  expect([view.keep, view.isChanged]).toEqual([{ kind: 'months', months: 6 }, false]);
  view.chosen = { kind: 'months', months: 6 };
  expect(view.isChanged).toBe(false);
  view.chosen = { kind: 'headers' };
  expect([view.keep, view.isChanged]).toEqual([{ kind: 'headers' }, true]);
  expect(host.called('account_keep')).toEqual([]);
  await view.save();
  expect(host.called('account_keep')).toEqual([{ account: 1, keep: { kind: 'headers' } }]);
  expect([view.keep, view.isChanged, view.details?.bodies_missing]).toEqual([{ kind: 'headers' }, false, 40]);
});

it('stays with the choice when it could not be saved, and says why', async () => {
  const host = new FakeHost({ account_details: () => details() });
  const view = new AccountView(1);
  await view.load();
  view.chosen = { kind: 'everything' };
  const saving = view.save();
  host.take('account_keep').fail(apiError('storage'));
  await saving;
  expect([view.failure?.code, view.isChanged, view.saving]).toEqual(['storage', true, false]);
});

it('offers the span that is set, even an uncommon one', async () => {
  new FakeHost({ account_details: () => details({ keep: { kind: 'months', months: 5 } }) });
  const view = new AccountView(1);
  await view.load();
  expect(view.spans).toEqual([1, 3, 5, 6, 12, 24]);
  view.chosen = { kind: 'headers' };
  expect(view.months).toBe(5);
});

it('tells used extensions from those that are not', async () => {
  new FakeHost({ account_details: () => details() });
  const view = new AccountView(1);
  await view.load();
  expect(view.extensions('in_use', 'offered').map((one) => one.name)).toEqual(['CONDSTORE', 'IDLE']);
  expect(view.extensions('missing').map((one) => one.name)).toEqual(['NOTIFY']);
});
