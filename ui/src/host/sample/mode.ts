// How the sample's accounts change between IMAP and POP3: the server at `nowhere.test` does not exist, and the password
// `wrong` is refused, as everywhere in the sample.
import type { Account, AccountMode, ModeOutlook } from '../../ipc/bindings';
import { failed } from './failed';
import type { SampleMail } from './mail';

export function outlookOf(account: Account, mail: SampleMail, ask: AccountMode): ModeOutlook {
  if (ask.incoming.host === 'nowhere.test') throw failed('host_not_found', 'incoming');
  if (ask.password === 'wrong')
    throw failed('sign_in_refused', 'password', `${ask.incoming.host} said: Authentication failed.`);
  const rows = [...mail.letters.values()].filter((row) => row.account === account.id);
  const boxes = mail.boxes.filter((box) => box.account === account.id);
  return {
    both: rows.length,
    only_here: 0,
    only_there: 0,
    bytes: ask.mode === 'pop3' ? rows.filter((row) => !row.complete).reduce((sum, row) => sum + row.size, 0) : null,
    waiting: account.status.waiting,
    mailboxes: boxes.map((box) => ({
      path: box.path,
      letters: box.total,
      at_server: ask.mode === 'imap' || box.role === 'inbox',
    })),
  };
}
