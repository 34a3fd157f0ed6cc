// What stands at the foot of the sidebar: what is wrong first, then what is going on, else that all is well.
import type { Account, Code } from '../ipc/bindings';

export type Verb = 'sign-in' | 'retry';

export type FootLine =
  | { kind: 'problem'; account: Account; code: Code | null; message: string; verb: Verb }
  | { kind: 'offline'; account: Account; waiting: number; verb: Verb }
  | { kind: 'syncing'; account: Account; done: number; total: number }
  | { kind: 'checking'; account: Account }
  | { kind: 'idle'; syncedAt: string | null };

/** The lines to show, at most one an account, the most pressing first. */
export function footLines(accounts: readonly Account[]): FootLine[] {
  const lines = accounts.map(lineOf).filter((line) => line !== null);
  const order: FootLine['kind'][] = ['problem', 'offline', 'syncing', 'checking'];
  lines.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  if (lines.length > 0) return lines;
  const times = accounts.map((account) => account.status.synced_at).filter((time) => time !== null);
  return [{ kind: 'idle', syncedAt: times.sort().at(-1) ?? null }];
}

function lineOf(account: Account): FootLine | null {
  const { state, problem, message, done, total, waiting } = account.status;
  switch (state) {
    case 'sign_in_needed':
      return { kind: 'problem', account, code: problem, message, verb: 'sign-in' };
    case 'failed':
      return { kind: 'problem', account, code: problem, message, verb: 'retry' };
    case 'offline':
      return { kind: 'offline', account, waiting, verb: 'retry' };
    case 'syncing':
      return { kind: 'syncing', account, done, total };
    case 'checking':
      return { kind: 'checking', account };
    case 'idle':
      return null;
  }
}
