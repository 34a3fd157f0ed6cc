import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountAdd, Servers, ServersFor } from '../ipc/bindings';
import { apiError, FakeHost } from '../testing/host';
import { AccountForm } from './account-form.svelte';
import { isLoopback } from './typed-server';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const servers = ({ email, mode }: ServersFor, verified = false): Servers => ({
  incoming: { host: `${mode}.${email.split('@')[1] ?? ''}`, port: mode === 'imap' ? 993 : 995, security: 'tls' },
  outgoing: { host: `smtp.${email.split('@')[1] ?? ''}`, port: 587, security: 'starttls' },
  user: email,
  verified,
  needs_consent: false,
});

async function typed(form: AccountForm, email: string) {
  form.email = email;
  form.emailTyped();
  await vi.advanceTimersByTimeAsync(300);
}

describe('servers', () => {
  it('are guessed while the address is typed, and found when it is left', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask), accounts_find: (ask) => servers(ask, true) });
    const form = new AccountForm();
    await typed(form, 'alice@north');
    await typed(form, 'alice@north.test');
    expect([form.incoming.host, form.incoming.port, form.user]).toEqual(['imap.north.test', '993', 'alice@north.test']);
    expect(form.lookup).toBe('none');
    await form.emailLeft();
    expect(form.lookup).toBe('verified');
    await form.emailLeft();
    expect(host.called('accounts_find')).toHaveLength(1);
  });

  it('that the person wrote are not overwritten', async () => {
    new FakeHost({ accounts_guess: (ask) => servers(ask), accounts_find: (ask) => servers(ask, true) });
    const form = new AccountForm();
    form.incoming.host = 'mine.north.test';
    form.serverEdited('incoming');
    await typed(form, 'alice@north.test');
    await form.emailLeft();
    expect([form.incoming.host, form.outgoing.host]).toEqual(['mine.north.test', 'smtp.north.test']);
  });

  it('of an address that was changed meanwhile are dropped', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask) });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    void form.emailLeft();
    await vi.advanceTimersByTimeAsync(0);
    const late = host.take('accounts_find');
    await typed(form, 'alice@south.test');
    late.answer(servers({ email: 'alice@north.test', mode: 'imap' }, true));
    await vi.advanceTimersByTimeAsync(0);
    expect([form.incoming.host, form.lookup]).toEqual(['imap.south.test', 'none']);
  });

  it('do not change under the person while they are being checked', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask) });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    void form.emailLeft();
    await vi.advanceTimersByTimeAsync(0);
    form.password = 'secret';
    void form.submit();
    host.take('accounts_find').answer({ ...servers({ email: 'a@elsewhere.test', mode: 'imap' }, true) });
    await vi.advanceTimersByTimeAsync(0);
    expect(form.incoming.host).toBe('imap.north.test');
  });

  it('follow the way mail is read, and standard ports the security', async () => {
    new FakeHost({ accounts_guess: (ask) => servers(ask), accounts_find: (ask) => servers(ask) });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    await form.setMode('pop3');
    expect([form.incoming.host, form.incoming.port, form.lookup]).toEqual(['pop3.north.test', '995', 'guessed']);
    form.setSecurity('incoming', 'starttls');
    expect(form.incoming.port).toBe('110');
    form.outgoing.port = '2525';
    form.setSecurity('outgoing', 'tls');
    expect(form.outgoing.port).toBe('2525');
  });
});

describe('servers that only DNS names, elsewhere', () => {
  const elsewhere = (ask: ServersFor): Servers => ({ ...servers(ask, true), needs_consent: true });

  it('are asked about before a password goes there', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask), accounts_find: elsewhere });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    await form.emailLeft();
    form.password = 'secret';
    expect(form.hostsToConfirm).toEqual(['imap.north.test', 'smtp.north.test']);
    await form.submit();
    expect([form.failure?.field, host.called('accounts_add')]).toEqual(['consent', []]);
    form.consented = true;
    void form.submit();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.called('accounts_add')).toHaveLength(1);
  });

  it('are not consented to for another address', async () => {
    new FakeHost({ accounts_guess: (ask) => servers(ask), accounts_find: elsewhere });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    await form.emailLeft();
    form.consented = true;
    await typed(form, 'alice@south.test');
    await form.emailLeft();
    expect([form.consented, form.hostsToConfirm.length]).toEqual([false, 2]);
  });

  it('need no word when the person wrote them', async () => {
    new FakeHost({ accounts_guess: (ask) => servers(ask), accounts_find: elsewhere });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    await form.emailLeft();
    form.incoming.host = 'mine.test';
    form.serverEdited('incoming');
    expect(form.hostsToConfirm).toEqual(['smtp.north.test']);
  });
});

describe('adding', () => {
  it('asks for what is missing before any server is asked', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask) });
    const form = new AccountForm();
    const field = async () => {
      await form.submit();
      return form.failure?.field;
    };
    expect(await field()).toBe('email');
    await typed(form, 'alice@north.test');
    expect(await field()).toBe('password');
    form.password = 'secret';
    form.incoming.port = '70000';
    expect(await field()).toBe('incoming');
    form.incoming.port = '993';
    form.outgoing.host = ' ';
    expect(await field()).toBe('outgoing');
    expect(host.called('accounts_add')).toEqual([]);
  });

  it('puts the engine’s error at its field, until that is mended', async () => {
    new FakeHost({
      accounts_guess: (ask) => servers(ask),
      accounts_add: () => {
        throw apiError('sign_in_refused', 'password');
      },
    });
    const form = new AccountForm();
    await typed(form, 'alice@north.test');
    form.password = 'wrong';
    expect(await form.submit()).toBeNull();
    expect([form.failure?.code, form.failure?.field, form.checking]).toEqual(['sign_in_refused', 'password', false]);
    form.clear('email');
    expect(form.failure).not.toBeNull();
    form.clear('password');
    expect(form.failure).toBeNull();
  });

  it('sends what stands in the form, trimmed, once', async () => {
    const host = new FakeHost({ accounts_guess: (ask) => servers(ask) });
    const form = new AccountForm();
    await typed(form, ' alice@north.test ');
    form.password = ' secret ';
    form.name = 'Alice ';
    void form.submit();
    void form.submit();
    await vi.advanceTimersByTimeAsync(0);
    expect(host.called('accounts_add')).toEqual([
      {
        email: 'alice@north.test',
        name: 'Alice',
        mode: 'imap',
        incoming: { host: 'imap.north.test', port: 993, security: 'tls' },
        outgoing: { host: 'smtp.north.test', port: 587, security: 'starttls' },
        user: 'alice@north.test',
        password: ' secret ',
      } satisfies AccountAdd,
    ]);
  });
});

it('knows what is on this very computer', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]', ' LOCALHOST '])
    expect(isLoopback(host)).toBe(true);
  for (const host of ['127.evil.test', 'localhost.evil.test', '10.0.0.1', '']) expect(isLoopback(host)).toBe(false);
});
