// The sample's accounts change between IMAP and POP3.
import type { Account, AccountMode, AccountRef, AccountStatus, Event, ModeOutlook, Nothing } from '../../ipc/bindings';
import { failed } from './failed';
import type { SampleMail } from './mail';

/** The progress is told so many times. */
const STEPS = 40;

/** The accounts of the sample, as the change needs them. */
export interface SampleAccounts {
  get(id: number): Account;
  put(account: Account): void;
}

/** `span` is what a change takes, in milliseconds. */
export function modeActs(accounts: SampleAccounts, mail: SampleMail, emit: (event: Event) => void, span: number) {
  const stops = new Set<number>();
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  const check = ({ incoming, password }: AccountMode) => {
    if (incoming.host === 'nowhere.test') throw failed('host_not_found', 'incoming');
    if (password === 'wrong')
      throw failed('sign_in_refused', 'password', `${incoming.host} said: Authentication failed.`);
  };
  const tell = (account: number, more: Partial<AccountStatus>) => {
    const status = { ...accounts.get(account).status, ...more };
    accounts.put({ ...accounts.get(account), status });
    emit({ event: 'status', account, status });
  };

  return {
    account_mode_preview: async (ask: AccountMode): Promise<ModeOutlook> => {
      await pause(span / 4);
      check(ask);
      return outlookOf(ask, mail);
    },
    account_mode_change: async (ask: AccountMode): Promise<ModeOutlook> => {
      const { account, mode, incoming } = ask;
      const before = accounts.get(account).status;
      const outlook = outlookOf(ask, mail);
      const total = outlook.both + outlook.only_there;
      stops.delete(account);
      tell(account, { state: 'checking', problem: null, message: '', done: 0, total: 0 });
      await pause(span / 4);
      for (let step = 0; step <= STEPS; step += 1) {
        if (stops.has(account)) {
          tell(account, before);
          throw failed('invalid_input', null, 'stopped: the account is read as before, and what was fetched is kept');
        }
        tell(account, { state: 'syncing', done: Math.round((total * step) / STEPS), total });
        await pause(span / STEPS);
      }
      for (const { path, at_server } of outlook.mailboxes) {
        const box = mail.boxes.find((one) => one.account === account && one.path === path);
        if (box) box.local = !at_server;
      }
      accounts.put({ ...accounts.get(account), mode, incoming });
      tell(account, { state: 'idle', done: 0, total: 0, waiting: 0, synced_at: new Date().toISOString() });
      emit({ event: 'accounts_changed' });
      return outlook;
    },
    account_mode_stop: ({ account }: AccountRef): Nothing => {
      stops.add(account);
      return {};
    },
  };
}

function outlookOf({ account, mode }: AccountMode, mail: SampleMail): ModeOutlook {
  const boxes = mail.boxes.filter((box) => box.account === account);
  const letters = boxes.reduce((sum, box) => sum + box.total, 0);
  const inbox = boxes.find((box) => box.role === 'inbox')?.total ?? 0;
  const toPop3 = mode === 'pop3';
  const mailboxes = boxes.map(({ path, role, total }) => ({
    path,
    letters: total,
    at_server: toPop3 ? role === 'inbox' : role !== 'archive' && role !== 'other',
  }));
  const both = toPop3 ? inbox : Math.round(letters * 0.92);
  return {
    both,
    only_here: letters - both,
    only_there: toPop3 ? 12 : 418,
    bytes: toPop3 ? 1_840_000 : null,
    waiting: toPop3 ? 2 : 0,
    mailboxes,
  };
}
