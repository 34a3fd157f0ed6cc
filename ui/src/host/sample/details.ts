// How the sample's servers are used.
import type { Account, AccountDetails, Extension, Keep, LeaveOnServer } from '../../ipc/bindings';
import type { Scene } from './scene';
import type { SampleMail } from './mail';

const EXTENSIONS: [name: string, state: Extension['state']][] = [
  ['QRESYNC', 'distrusted'],
  ['CONDSTORE', 'in_use'],
  ['LIST-STATUS', 'in_use'],
  ['NOTIFY', 'missing'],
  ['IDLE', 'offered'],
  ['COMPRESS=DEFLATE', 'offered'],
  ['MOVE', 'in_use'],
  ['UIDPLUS', 'in_use'],
  ['OBJECTID', 'missing'],
  ['X-GM-EXT-1', 'missing'],
];

export function keepOf(scene: Scene): Keep {
  return scene === 'on-demand' ? { kind: 'months', months: 6 } : { kind: 'everything' };
}

export function detailsOf(
  account: Account,
  mail: SampleMail,
  { keep, leave }: { keep: Keep; leave: LeaveOnServer },
  now: number,
): AccountDetails {
  const rows = [...mail.letters.values()].filter((row) => row.account === account.id);
  const missing = rows.filter((row) => !row.complete);
  const onlyHere = mail.onlyHere(account.id).length;
  const imap = account.mode === 'imap';
  return {
    software: imap ? 'Dovecot 2.3.19' : '',
    extensions: EXTENSIONS.map(([name, state]) => ({ name, state: imap ? state : 'missing' })),
    quirks: imap
      ? [
          {
            name: 'QRESYNC',
            detail: 'It said that 41 letters of Archive were gone, and they were still there.',
            since: new Date(now - 9 * 86_400_000).toISOString(),
          },
        ]
      : [],
    keep,
    leave: imap ? { kind: 'everything' } : leave,
    only_here: onlyHere,
    uploadable: imap ? onlyHere : 0,
    bodies_here: rows.length - missing.length,
    bodies_missing: missing.length,
    missing_octets: missing.reduce((sum, row) => sum + row.size, 0),
  };
}
