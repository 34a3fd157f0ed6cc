import { expect, it } from 'vitest';
import type { Account, AccountStatus } from '../ipc/bindings';
import { FakeHost } from '../testing/host';
import { Accounts } from './accounts.svelte';

const status = (state: AccountStatus['state'], done = 0): AccountStatus => ({
  state,
  message: '',
  problem: null,
  done,
  total: 300,
  waiting: 0,
  synced_at: null,
});

const server = { host: 'mail.north.test', port: 993, security: 'tls' } as const;

const account = (now: AccountStatus): Account => ({
  id: 1,
  email: 'alice@north.test',
  name: 'Alice',
  mode: 'imap',
  incoming: server,
  outgoing: server,
  user: 'alice@north.test',
  status: now,
});

it('does not let an answer that was under way undo what was told meanwhile', async () => {
  const host = new FakeHost({});
  const accounts = new Accounts();
  const loading = accounts.load();
  accounts.status(1, status('idle'));
  host.take('accounts_list').answer([account(status('syncing', 206))]);
  await loading;
  expect(accounts.get(1)?.status.state).toBe('idle');

  const again = accounts.load();
  host.take('accounts_list').answer([account(status('offline'))]);
  await again;
  expect(accounts.get(1)?.status.state).toBe('offline');
});

it('is loaded when the newest answer is here, whoever asked for it', async () => {
  const host = new FakeHost({});
  const accounts = new Accounts();
  let seen: number | undefined;
  const first = accounts.load().then(() => (seen = accounts.list.length));
  const second = accounts.load();
  host.take('accounts_list').answer([]);
  await new Promise((resolve) => setTimeout(resolve));
  expect(seen).toBeUndefined();
  host.take('accounts_list').answer([account(status('idle'))]);
  await Promise.all([first, second]);
  expect(seen).toBe(1);
});

it('knows of an upload until nothing waits for the server any more', async () => {
  const host = new FakeHost({ accounts_list: () => [account(status('idle'))], account_upload: () => ({}) });
  const accounts = new Accounts();
  await accounts.load();
  const waiting = (count: number) => accounts.status(1, { ...status('idle'), waiting: count });
  waiting(3);
  expect(accounts.isUploading(1)).toBe(false);
  waiting(0);
  await accounts.upload(1);
  expect(host.called('account_upload')).toEqual([{ account: 1 }]);
  waiting(40);
  expect(accounts.isUploading(1)).toBe(true);
  waiting(0);
  waiting(2);
  expect(accounts.isUploading(1)).toBe(false);
});
