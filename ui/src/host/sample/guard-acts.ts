// The sample's last copies: how many something would destroy, what a POP3 server keeps, and the way up to an IMAP server.
import type { Account, AccountStatus, Commands, CopiesOf, Event, LastCopies, LeaveOnServer } from '../../ipc/bindings';
import { failed } from './failed';
import type { SampleMail } from './mail';
import type { SampleAccounts } from './mode-acts';

/** Letters that were deleted here and are still on the POP3 server: all, and those that came long ago. */
const STILL_THERE = { all: 4, old: 2 };

/** An upload is told so many times. */
const STEPS = 20;

/** Refuses what would destroy more last copies than were agreed to. */
export type Guard = (what: CopiesOf, agreed: number) => void;

type Copies = ReturnType<typeof copiesOf>;
type Names = 'last_copies' | 'account_leave' | 'account_upload';
type Handlers = { [N in Names]: (args: Commands[N]['args']) => Commands[N]['answer'] };

/** `drafts` are the accounts that drafts stand in; `more` last copies turn up once something is to be destroyed. */
export function copiesOf(mail: SampleMail, drafts: () => number[], more: number) {
  const leaves = new Map<number, LeaveOnServer>();
  let turnedUp = 0;

  const letters = (ids: number[]) => ids.filter((id) => mail.letters.get(id)?.only_here).length;
  const leave = (account: number): LeaveOnServer => leaves.get(account) ?? { kind: 'everything' };
  const count = (what: CopiesOf): number => {
    switch (what.kind) {
      case 'letters':
        return letters(what.ids);
      case 'mailbox':
        return letters(mail.idsIn(what.mailbox));
      case 'account':
        return mail.onlyHere(what.account).length;
      case 'leave':
        // Once a server was told to delete them, nothing more goes with another choice.
        if (what.leave.kind === 'everything' || leave(what.account).kind !== 'everything') return 0;
        return what.leave.kind === 'days' ? STILL_THERE.old : STILL_THERE.all;
    }
  };
  const last = (what: CopiesOf): LastCopies => ({
    letters: count(what) + turnedUp,
    unsent: what.kind === 'account' ? drafts().filter((account) => account === what.account).length : 0,
  });
  const guard: Guard = (what, agreed) => {
    turnedUp = more;
    const { letters } = last(what);
    if (letters > agreed) throw failed('last_copies', null, '', letters);
  };
  return { last, guard, leave, setLeave: (account: number, kept: LeaveOnServer) => leaves.set(account, kept) };
}

/** `span` is what an upload takes, in milliseconds; `told` is called when letters changed. */
export function guardActs(
  copies: Copies,
  accounts: SampleAccounts,
  mail: SampleMail,
  emit: (event: Event) => void,
  span: number,
  told: () => void,
): Handlers {
  const tell = (account: Account, waiting: number) => {
    const status: AccountStatus = { ...account.status, waiting };
    accounts.put({ ...account, status });
    emit({ event: 'status', account: account.id, status });
  };
  const upload = async (id: number) => {
    const rows = mail.onlyHere(id);
    const before = accounts.get(id).status.waiting;
    for (let step = 0; step < STEPS; step += 1) {
      tell(accounts.get(id), before + Math.ceil((rows.length * (STEPS - step)) / STEPS));
      await new Promise((resolve) => setTimeout(resolve, span / STEPS));
    }
    for (const row of rows) mail.letters.set(row.id, { ...mail.letter(row.id), only_here: false });
    told();
    tell(accounts.get(id), before);
  };
  return {
    last_copies: (what) => copies.last(what),
    account_leave: ({ account, leave, agreed }) => {
      copies.guard({ kind: 'leave', account, leave }, agreed);
      copies.setLeave(account, leave);
      return {};
    },
    account_upload: ({ account }) => {
      void upload(account);
      return {};
    },
  };
}
