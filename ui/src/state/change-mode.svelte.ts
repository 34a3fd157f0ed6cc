// An account changes between IMAP and POP3: the other server, what it would come to, how far it is, what it did.
import { call, failureOf } from '../ipc/call';
import type { Account, AccountMode, ApiError, ModeOutlook, Protocol, Security, Servers } from '../ipc/bindings';
import type { Accounts } from './accounts.svelte';
import { invalidInput } from './problem';
import { changeSecurity, fromTyped, isComplete, standardPort, toTyped } from './typed-server';
import type { ServerForm, TypedServer } from './typed-server';

export type ChangeField = 'incoming' | 'password' | 'consent';

const FIELDS: ChangeField[] = ['incoming', 'password', 'consent'];

export class ChangeMode implements ServerForm<'incoming'> {
  step = $state<'server' | 'preview' | 'progress' | 'done'>('server');
  incoming = $state<TypedServer>({ host: '', port: '', security: 'tls' });
  /** Empty for the one that is kept. */
  password = $state('');
  lookup = $state<'none' | 'looking' | 'verified' | 'guessed'>('none');
  /** The person knows the server that only DNS has named, and trusts it with the password. */
  consented = $state(false);
  /** The person has typed into the server: it is theirs. */
  edited = $state(false);
  /** The other server is being asked. */
  asking = $state(false);
  /** "Stop" was said, and the engine has not ended yet. */
  stopping = $state(false);
  /** It was stopped, and the account is as it was. */
  stopped = $state(false);
  outlook = $state.raw<ModeOutlook | null>(null);
  failure = $state.raw<ApiError | null>(null);

  /** What the account is to be: fixed, while the account itself changes. */
  readonly mode: Protocol;
  readonly email: string;

  private readonly account: number;
  private readonly known: string;
  private found = $state.raw<Servers | null>(null);
  private round = 0;
  /** What was looked at is what is carried out. */
  private asked: AccountMode | null = null;

  constructor(
    account: Account,
    private readonly accounts: Accounts,
  ) {
    this.account = account.id;
    this.email = account.email;
    this.known = account.incoming.host;
    this.mode = account.mode === 'imap' ? 'pop3' : 'imap';
    this.incoming.port = standardPort(this.mode, 'tls');
  }

  /** Fills in the server of the other protocol: the usual one at once, then what the network knows. */
  async prefill(): Promise<void> {
    const ask = { email: this.email, mode: this.mode };
    const round = (this.round += 1);
    const guess = await call('accounts_guess', ask).catch(() => null);
    if (round !== this.round) return;
    if (guess) this.fill(guess);
    this.lookup = 'looking';
    const found = await call('accounts_find', ask).catch(() => null);
    if (round !== this.round) return;
    if (found) this.fill(found);
    this.found = found;
    this.lookup = found?.verified ? 'verified' : 'guessed';
  }

  /** The server was typed into: it is the person's from now on. */
  serverEdited(): void {
    this.edited = true;
    this.lookup = 'none';
    this.round += 1;
    this.clear('incoming');
  }

  setSecurity(_side: 'incoming', security: Security): void {
    changeSecurity(this.incoming, this.mode, security);
    this.serverEdited();
  }

  /**
   * The host that only DNS names, which can be forged: no password goes there before the person has said yes. A host that the
   * person wrote, or that has the password already, is none.
   */
  get hostToConfirm(): string | null {
    const host = this.found?.needs_consent ? this.found.incoming.host : null;
    return host !== this.known && host === this.incoming.host.trim() ? host : null;
  }

  /** The field that the failure stands at; null where it is about the whole. */
  get failedField(): ChangeField | null {
    const { failure } = this;
    if (!failure) return null;
    return FIELDS.find((field) => field === failure.field) ?? (failure.code === 'sign_in_refused' ? 'password' : null);
  }

  /** Takes back an error that stood at a field which is now being mended. */
  clear(field: ChangeField): void {
    if (this.failedField === null || this.failedField === field) this.failure = null;
  }

  /** Asks what the change would come to. */
  async preview(): Promise<void> {
    if (this.asking || this.step !== 'server') return;
    this.failure = this.incomplete();
    if (this.failure) return;
    this.asking = true;
    // An answer that comes while the server is asked must not change what is asked.
    this.round += 1;
    if (this.lookup === 'looking') this.lookup = 'none';
    const { account, mode, password } = this;
    const ask: AccountMode = { account, mode, incoming: fromTyped(this.incoming), password };
    try {
      this.outlook = await call('account_mode_preview', ask);
      this.asked = ask;
      this.step = 'preview';
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.asking = false;
    }
  }

  /** Back to the server. What is wrong with a field of it stays said. */
  back(): void {
    if (this.step !== 'preview') return;
    this.step = 'server';
    this.stopped = false;
    if (this.failedField === null) this.failure = null;
  }

  /** Carries it out. */
  async change(): Promise<void> {
    const { asked } = this;
    if (!asked || this.step !== 'preview') return;
    this.failure = null;
    this.stopped = false;
    this.step = 'progress';
    try {
      this.outlook = await call('account_mode_change', asked);
      await this.isChanged();
      this.step = 'done';
    } catch (thrown) {
      // A stop or a cut line may have come too late: then it is done all the same.
      if (await this.isChanged()) this.step = 'done';
      else {
        const failure = failureOf(thrown);
        this.stopped = this.stopping && failure.code === 'invalid_input' && failure.field === null;
        this.failure = this.stopped ? null : failure;
        this.step = 'preview';
      }
    } finally {
      this.stopping = false;
    }
  }

  /** Stops the change; `change` then ends by itself. */
  async stop(): Promise<void> {
    if (this.step !== 'progress' || this.stopping) return;
    this.stopping = true;
    await call('account_mode_stop', { account: this.account }).catch(() => (this.stopping = false));
  }

  private fill(servers: Servers): void {
    if (!this.edited) this.incoming = toTyped(servers.incoming);
  }

  /** Whether the account is what it was to be, read anew. */
  private async isChanged(): Promise<boolean> {
    await this.accounts.load().catch(() => undefined);
    return this.accounts.get(this.account)?.mode === this.mode;
  }

  /** What must be filled in before the server can be asked. */
  private incomplete(): ApiError | null {
    const wrong = (field: ChangeField) => invalidInput(field);
    if (!isComplete(this.incoming)) return wrong('incoming');
    return this.hostToConfirm !== null && !this.consented ? wrong('consent') : null;
  }
}

/** What becomes of the mailboxes, counted. */
export function fates(outlook: ModeOutlook): { atServer: number; here: string[]; lettersHere: number } {
  const here = outlook.mailboxes.filter((one) => !one.at_server);
  return {
    atServer: outlook.mailboxes.length - here.length,
    here: here.map((one) => one.path),
    lettersHere: here.reduce((sum, one) => sum + one.letters, 0),
  };
}
