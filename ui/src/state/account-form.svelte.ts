// The form that adds an account: servers filled in as the address is typed, checked live, errors at the field at fault.
import { call, failureOf } from '../ipc/call';
import type { Account, ApiError, Protocol, Security, Servers } from '../ipc/bindings';
import { invalidInput } from './problem';
import { changeSecurity, fromTyped, isComplete, standardPort, toTyped } from './typed-server';
import type { ServerForm, Side, TypedServer } from './typed-server';

/** Pause in typing after which the servers are guessed, in milliseconds. */
const PAUSE = 250;

export type Field = 'email' | 'password' | 'user' | 'consent' | Side;

export class AccountForm implements ServerForm {
  name = $state('');
  email = $state('');
  password = $state('');
  user = $state('');
  mode = $state<Protocol>('imap');
  incoming = $state<TypedServer>({ host: '', port: '993', security: 'tls' });
  outgoing = $state<TypedServer>({ host: '', port: '465', security: 'tls' });
  /** What is known of the servers: nothing, being looked for, found and tried, or only guessed. */
  lookup = $state<'none' | 'looking' | 'verified' | 'guessed'>('none');
  /** The person knows the servers that only DNS has named, and trusts them with the password. */
  consented = $state(false);
  checking = $state(false);
  failure = $state.raw<ApiError | null>(null);

  private found = $state.raw<Servers | null>(null);
  private edited = new Set<Side | 'user'>();
  private round = 0;
  private lookedFor = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Hosts outside of the address's own domain that only DNS names, which can be forged: no password goes there before the
   * person has said yes. A host that the person wrote is the person's own word.
   */
  get hostsToConfirm(): string[] {
    if (!this.found?.needs_consent) return [];
    const hosts = (['incoming', 'outgoing'] as const)
      .map((side) => this.found?.[side].host ?? '')
      .filter((host, i) => host === (i === 0 ? this.incoming : this.outgoing).host.trim());
    return [...new Set(hosts)];
  }

  /** The address was typed into. */
  emailTyped(): void {
    this.clear('email');
    clearTimeout(this.timer);
    this.round += 1;
    this.lookup = 'none';
    this.forget();
    this.timer = setTimeout(() => void this.guess(), PAUSE);
  }

  /** The address is complete: the person went on to the next field. */
  async emailLeft(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.plausible || this.asked === this.lookedFor) return;
    await this.guess();
    await this.find();
  }

  async setMode(mode: Protocol): Promise<void> {
    if (mode === this.mode) return;
    this.mode = mode;
    this.forget();
    // An IMAP server's host and port say nothing about POP3.
    this.edited.delete('incoming');
    this.incoming.port = standardPort(mode, this.incoming.security);
    this.clear('incoming');
    if (!this.plausible) return;
    await this.guess();
    await this.find();
  }

  /** A server or the sign-in name was typed into: it is the person's from now on. */
  serverEdited(what: Side | 'user'): void {
    this.edited.add(what);
    this.lookup = 'none';
    this.round += 1;
    this.clear(what);
  }

  /** Changes the security of a server; a standard port follows. */
  setSecurity(side: Side, security: Security): void {
    changeSecurity(this[side], side === 'incoming' ? this.mode : 'smtp', security);
    this.serverEdited(side);
  }

  /** Takes back an error that stood at a field which is now being mended. */
  clear(field: Field): void {
    if (this.failure && (this.failure.field ?? 'email') === field) this.failure = null;
  }

  /** Checks the account at both servers and adds it. Null when `failure` says why it was not. */
  async submit(): Promise<Account | null> {
    if (this.checking) return null;
    this.failure = this.incomplete();
    if (this.failure) return null;
    this.checking = true;
    // An answer that comes while the check runs must not change what is being checked.
    clearTimeout(this.timer);
    this.round += 1;
    try {
      return await call('accounts_add', {
        email: this.email.trim(),
        name: this.name.trim(),
        mode: this.mode,
        incoming: fromTyped(this.incoming),
        outgoing: fromTyped(this.outgoing),
        user: this.user.trim() || this.email.trim(),
        password: this.password,
      });
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return null;
    } finally {
      this.checking = false;
    }
  }

  private forget(): void {
    this.found = null;
    this.consented = false;
  }

  private get plausible(): boolean {
    return /^[^\s@]+@[^\s@]+$/.test(this.email.trim());
  }

  private get asked(): string {
    return `${this.mode} ${this.email.trim()}`;
  }

  /** Fills the fields with the usual servers. */
  private async guess(): Promise<void> {
    if (!this.plausible) return;
    this.round += 1;
    const round = this.round;
    const guess = await call('accounts_guess', { email: this.email.trim(), mode: this.mode }).catch(() => null);
    if (round === this.round && guess) this.fill(guess);
  }

  /** Asks the network for the servers. */
  private async find(): Promise<void> {
    this.round += 1;
    const round = this.round;
    this.lookedFor = this.asked;
    this.lookup = 'looking';
    const found = await call('accounts_find', { email: this.email.trim(), mode: this.mode }).catch(() => null);
    if (round !== this.round) return;
    this.forget();
    if (found) this.fill(found);
    this.found = found;
    this.lookup = found?.verified ? 'verified' : 'guessed';
  }

  private fill(servers: Servers): void {
    if (!this.edited.has('incoming')) this.incoming = toTyped(servers.incoming);
    if (!this.edited.has('outgoing')) this.outgoing = toTyped(servers.outgoing);
    if (!this.edited.has('user')) this.user = servers.user;
  }

  /** What must be filled in before a server can be asked. */
  private incomplete(): ApiError | null {
    const wrong = (field: Field) => invalidInput(field);
    if (!this.plausible) return wrong('email');
    if (this.password === '') return wrong('password');
    for (const side of ['incoming', 'outgoing'] as const) if (!isComplete(this[side])) return wrong(side);
    return this.hostsToConfirm.length > 0 && !this.consented ? wrong('consent') : null;
  }
}
