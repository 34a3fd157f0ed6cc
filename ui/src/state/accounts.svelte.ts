// The accounts of this profile and how they are doing.
import { call } from '../ipc/call';
import type { Account, AccountStatus } from '../ipc/bindings';

export class Accounts {
  list = $state.raw<Account[]>([]);

  /** Accounts whose letters are being put on their server, until nothing waits for it any more. */
  private uploads = $state.raw<ReadonlySet<number>>(new Set());

  private asked = 0;
  private newest: Promise<void> = Promise.resolve();
  /** What was told since the list was asked for last. It wins over the answer, which may be older. */
  private told = new Map<number, AccountStatus>();

  /** Reads the accounts. Where they were asked for once more meanwhile, that answer is waited for. */
  load(): Promise<void> {
    this.newest = this.read();
    return this.newest;
  }

  /** What an account is doing changed. */
  status(account: number, status: AccountStatus): void {
    this.told.set(account, status);
    if (status.waiting === 0 && (this.get(account)?.status.waiting ?? 0) > 0)
      this.uploads = new Set([...this.uploads].filter((one) => one !== account));
    this.list = this.list.map((one) => (one.id === account ? { ...one, status } : one));
  }

  get(id: number): Account | undefined {
    return this.list.find((one) => one.id === id);
  }

  /** What an account is called in a narrow place: its domain, or its address where two share a domain. */
  label(account: Account): string {
    const domain = domainOf(account.email);
    const shared = this.list.some((other) => other.id !== account.id && domainOf(other.email) === domain);
    return shared ? account.email : domain;
  }

  /** Checks a new password and keeps it. */
  async signIn(account: number, password: string): Promise<void> {
    await call('accounts_sign_in', { account, password });
    await this.load();
  }

  /** Puts the letters that are on this computer only on the account's server. */
  async upload(account: number): Promise<void> {
    await call('account_upload', { account });
    this.uploads = new Set([...this.uploads, account]);
  }

  /** Whether such letters are under way. */
  isUploading(account: number): boolean {
    return this.uploads.has(account) && (this.get(account)?.status.waiting ?? 0) > 0;
  }

  /** Removes an account and its letters from this computer, with so many last copies at most. Ask before. */
  async remove(account: number, agreed: number): Promise<void> {
    await call('accounts_remove', { account, agreed });
    await this.load();
  }

  private async read(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    this.told.clear();
    const list = await call('accounts_list', {});
    if (asked !== this.asked) return this.newest;
    this.list = list.map((one) => ({ ...one, status: this.told.get(one.id) ?? one.status }));
  }
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}
