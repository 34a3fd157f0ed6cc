// The states that the sample can be looked at in: `?scene=` in the address.
import type { Account, AccountStatus, OutboxRow, VaultState } from '../../ipc/bindings';

const SCENES = [
  'usual',
  'welcome',
  'empty',
  'first-sync',
  'offline',
  'on-demand',
  'wrong-password',
  'vault',
  'choose',
  'keychain',
] as const;

export type Scene = (typeof SCENES)[number];

export function sceneOf(name: string | null): Scene {
  return SCENES.find((one) => one === name) ?? 'usual';
}

const idle = (now: number): AccountStatus => ({
  state: 'idle',
  message: '',
  problem: null,
  done: 0,
  total: 0,
  waiting: 0,
  synced_at: new Date(now).toISOString(),
});

export function statusOf(scene: Scene, now: number): AccountStatus {
  const usual = idle(now);
  switch (scene) {
    case 'usual':
      return { ...usual, state: 'syncing', done: 8_204, total: 13_102 };
    case 'first-sync':
      return { ...usual, state: 'syncing', done: 310, total: 13_102, synced_at: null };
    case 'offline':
      return {
        ...usual,
        state: 'offline',
        problem: 'unreachable',
        message: 'mail.north.test cannot be reached.',
        waiting: 2,
      };
    case 'wrong-password':
      return {
        ...usual,
        state: 'sign_in_needed',
        problem: 'sign_in_refused',
        message: 'mail.north.test said: [AUTHENTICATIONFAILED] Authentication failed.',
      };
    default:
      return usual;
  }
}

export function vaultOf(scene: Scene): VaultState {
  if (scene === 'vault') return 'locked';
  if (scene === 'choose') return 'passphrase_needed';
  return scene === 'keychain' ? 'keychain_unavailable' : 'open';
}

export function accountsOf(scene: Scene, now: number): Account[] {
  if (scene === 'welcome' || scene === 'choose') return [];
  return [
    {
      id: 1,
      email: 'alice@north.test',
      name: 'Alice at north',
      mode: 'imap',
      incoming: { host: 'mail.north.test', port: 993, security: 'tls' },
      outgoing: { host: 'mail.north.test', port: 587, security: 'starttls' },
      user: 'alice@north.test',
      status: statusOf(scene, now),
    },
    {
      id: 2,
      email: 'bob@south.test',
      name: 'Bob at south',
      mode: 'pop3',
      incoming: { host: 'mail.south.test', port: 995, security: 'tls' },
      outgoing: { host: 'mail.south.test', port: 465, security: 'tls' },
      user: 'bob',
      status: { ...idle(now), state: scene === 'offline' ? 'offline' : 'idle' },
    },
  ];
}

export function outboxOf(scene: Scene, now: number): OutboxRow[] {
  if (scene !== 'usual' && scene !== 'offline') return [];
  const row = (id: number, more: Partial<OutboxRow>): OutboxRow => ({
    id,
    account: 1,
    subject: 'Invoice 2026-114',
    message_id: `out-${id}@north.test`,
    state: 'queued',
    recipients: [{ email: 'bob@south.test', accepted: false, code: 0, text: '' }],
    reply: '',
    attempts: 0,
    created: new Date(now - id * 3_600_000).toISOString(),
    next_at: null,
    filed: false,
    ...more,
  });
  return [
    row(1, {
      subject: 'The drawing',
      reply: 'mail.north.test cannot be reached.',
      attempts: 2,
      next_at: new Date(now + 240_000).toISOString(),
    }),
    row(2, {
      state: 'unknown',
      subject: 'Re: Contract, second reading',
      attempts: 1,
      reply: 'The connection was closed after the final dot.',
    }),
    row(3, {
      state: 'failed',
      attempts: 1,
      reply: '550 5.1.1 <eve@south.test>: Recipient address rejected: User unknown in virtual mailbox table',
      recipients: [
        { email: 'bob@south.test', accepted: true, code: 250, text: '2.1.5 Ok' },
        { email: 'eve@south.test', accepted: false, code: 550, text: '5.1.1 User unknown in virtual mailbox table' },
      ],
    }),
    row(4, {
      state: 'sent',
      subject: 'Lunch on Thursday',
      attempts: 1,
      filed: true,
      reply: '250 2.0.0 Ok: queued as 4F1A2',
      recipients: [{ email: 'bob@south.test', accepted: true, code: 250, text: '2.1.5 Ok' }],
    }),
  ];
}
