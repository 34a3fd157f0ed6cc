import { describe, expect, it } from 'vitest';
import type { Account, ModeOutlook, Protocol, Servers, ServersFor } from '../ipc/bindings';
import { apiError, FakeHost } from '../testing/host';
import { Accounts } from './accounts.svelte';
import { ChangeMode, fates } from './change-mode.svelte';

const account = (mode: Protocol = 'imap'): Account => ({
  id: 1,
  email: 'alice@north.test',
  name: 'Alice',
  mode,
  incoming: { host: 'imap.north.test', port: 993, security: 'tls' },
  outgoing: { host: 'smtp.north.test', port: 465, security: 'tls' },
  user: 'alice',
  status: { state: 'idle', message: '', problem: null, done: 0, total: 0, waiting: 0, synced_at: null },
});
const servers = ({ mode }: ServersFor, host = 'north.test', needs_consent = false): Servers => ({
  incoming: { host: `${mode}.${host}`, port: mode === 'imap' ? 993 : 995, security: 'tls' },
  outgoing: { host: 'smtp.north.test', port: 465, security: 'tls' },
  user: 'alice',
  verified: true,
  needs_consent,
});
const outlook: ModeOutlook = {
  both: 3,
  only_here: 1,
  only_there: 2,
  bytes: null,
  waiting: 0,
  mailboxes: [
    { path: 'INBOX', letters: 3, at_server: true },
    { path: 'Sent', letters: 1, at_server: false },
  ],
};
const pop3 = { host: 'pop3.north.test', port: 995, security: 'tls' };
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A change whose server is filled in; the account is what `mode` says when it is read. */
async function prefilled(mode: () => Protocol = () => 'imap') {
  const host = new FakeHost({
    accounts_guess: (ask) => servers(ask),
    accounts_find: (ask) => servers(ask),
    accounts_list: () => [account(mode())],
  });
  const accounts = new Accounts();
  await accounts.load();
  const change = new ChangeMode(account(), accounts);
  await change.prefill();
  return { host, change, accounts };
}

/** A change that was looked at. */
async function previewed(mode?: () => Protocol) {
  const made = await prefilled(mode);
  const previewing = made.change.preview();
  made.host.take('account_mode_preview').answer(outlook);
  await previewing;
  return made;
}

describe('the server', () => {
  it('of the other protocol is the usual one at once, then what the network knows', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask) });
    const change = new ChangeMode(account(), new Accounts());
    const filling = change.prefill();
    await settled();
    expect([change.incoming, change.lookup]).toEqual([{ ...pop3, port: '995' }, 'looking']);
    const find = host.take('accounts_find');
    expect(find.args).toEqual({ email: 'alice@north.test', mode: 'pop3' });
    find.answer(servers({ email: '', mode: 'pop3' }, 'mail.north.test'));
    await filling;
    expect([change.incoming.host, change.lookup]).toEqual(['pop3.mail.north.test', 'verified']);
  });

  it('that the person wrote is not overwritten', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask) });
    const change = new ChangeMode(account('pop3'), new Accounts());
    const filling = change.prefill();
    await settled();
    change.incoming.host = 'mine.north.test';
    change.serverEdited();
    host.take('accounts_find').answer(servers({ email: '', mode: 'imap' }));
    await filling;
    expect([change.mode, change.incoming.host, change.lookup]).toEqual(['imap', 'mine.north.test', 'none']);
  });

  it('that only DNS names gets no password before the person has said yes', async () => {
    const host = new FakeHost({
      accounts_guess: (ask) => servers(ask),
      accounts_find: (ask) => servers(ask, 'elsewhere.test', true),
    });
    const change = new ChangeMode(account(), new Accounts());
    await change.prefill();
    await change.preview();
    expect([change.hostToConfirm, change.failedField]).toEqual(['pop3.elsewhere.test', 'consent']);
    expect(host.called('account_mode_preview')).toEqual([]);
    change.consented = true;
    void change.preview();
    expect(host.called('account_mode_preview')).toHaveLength(1);
  });

  it('follows the security with its standard port', async () => {
    const { change } = await prefilled();
    change.setSecurity('incoming', 'starttls');
    expect([change.incoming.port, change.incoming.security]).toEqual(['110', 'starttls']);
  });
});

describe('the preview', () => {
  it('asks the server that stands there, and changes nothing', async () => {
    const { host, change } = await prefilled();
    const previewing = change.preview();
    expect(change.asking).toBe(true);
    await change.preview();
    expect(host.called('account_mode_preview')).toEqual([{ account: 1, mode: 'pop3', incoming: pop3, password: '' }]);
    host.take('account_mode_preview').answer(outlook);
    await previewing;
    expect([change.asking, change.step, change.outlook]).toEqual([false, 'preview', outlook]);
    expect(host.called('account_mode_change')).toEqual([]);
  });

  it('says at the field what is wrong, and keeps what was typed', async () => {
    const { host, change } = await prefilled();
    change.password = 'wrong';
    for (const field of ['password', 'incoming'] as const) {
      const previewing = change.preview();
      host.take('account_mode_preview').fail(apiError('timeout', field));
      await previewing;
      expect([change.step, change.failedField, change.password, change.incoming.host, change.asking]).toEqual([
        'server',
        field,
        'wrong',
        'pop3.north.test',
        false,
      ]);
    }
    change.clear('password');
    expect(change.failure).not.toBeNull();
    change.serverEdited();
    expect(change.failure).toBeNull();
  });

  it('says what is wrong with the whole, too', async () => {
    const { host, change } = await prefilled();
    const previewing = change.preview();
    host.take('account_mode_preview').fail(apiError('vault_locked'));
    await previewing;
    expect([change.step, change.failure?.code, change.failedField]).toEqual(['server', 'vault_locked', null]);
  });

  it('is not asked of half a server', async () => {
    const { host, change } = await prefilled();
    change.incoming.port = '0';
    await change.preview();
    expect([change.failedField, host.called('account_mode_preview')]).toEqual(['incoming', []]);
  });

  it('counts what becomes of the mailboxes', () => {
    expect(fates(outlook)).toEqual({ atServer: 1, here: ['Sent'], lettersHere: 1 });
  });
});

describe('the change', () => {
  it('carries out what was looked at', async () => {
    let mode: Protocol = 'imap';
    const { host, change, accounts } = await previewed(() => mode);
    change.incoming.host = 'another.test';
    const changing = change.change();
    expect(change.step).toBe('progress');
    const ask = host.take('account_mode_change');
    expect(ask.args).toEqual({ account: 1, mode: 'pop3', incoming: pop3, password: '' });
    mode = 'pop3';
    ask.answer({ ...outlook, both: 5 });
    await changing;
    expect([change.step, change.outlook?.both, accounts.get(1)?.mode]).toEqual(['done', 5, 'pop3']);
  });

  it('goes back to the preview when it fails, and the error waits at its field', async () => {
    const { host, change } = await previewed();
    const changing = change.change();
    host.take('account_mode_change').fail(apiError('sign_in_refused', 'password'));
    await changing;
    expect([change.step, change.failure?.code]).toEqual(['preview', 'sign_in_refused']);
    change.back();
    expect([change.step, change.failedField]).toEqual(['server', 'password']);
  });

  it('is stopped once, and says so, which is no failure', async () => {
    const { host, change } = await previewed();
    const changing = change.change();
    void change.stop();
    void change.stop();
    expect([change.stopping, host.called('account_mode_stop')]).toEqual([true, [{ account: 1 }]]);
    host.take('account_mode_stop').answer({});
    host.take('account_mode_change').fail({ ...apiError('invalid_input'), message: 'stopped' });
    await changing;
    expect([change.step, change.stopping, change.stopped, change.failure]).toEqual(['preview', false, true, null]);
    change.back();
    expect(change.stopped).toBe(false);
  });

  it('says what went wrong while it was being stopped', async () => {
    const { host, change } = await previewed();
    const changing = change.change();
    void change.stop();
    host.take('account_mode_change').fail(apiError('disconnected', 'incoming'));
    await changing;
    expect([change.step, change.stopped, change.failure?.code]).toEqual(['preview', false, 'disconnected']);
  });

  it('is done when the stop came too late', async () => {
    let mode: Protocol = 'imap';
    const { host, change } = await previewed(() => mode);
    const changing = change.change();
    void change.stop();
    mode = 'pop3';
    host.take('account_mode_change').fail({ ...apiError('invalid_input'), message: 'it was changed already' });
    await changing;
    expect([change.step, change.failure]).toEqual(['done', null]);
  });
});
