// What an account's POP3 server keeps: chosen, and where letters would be deleted there, asked about before it is so.
import { call, failureOf } from '../ipc/call';
import type { ApiError, LeaveOnServer } from '../ipc/bindings';
import type { AccountView } from './account-view.svelte';
import { Guard } from './guard.svelte';
import { invalidInput } from './problem';

/** The days that stand there before some were chosen, and the most there can be. */
const USUAL = 14;
const MOST = 999;

/** A choice that a person is to confirm. */
export interface LeaveQuestion {
  readonly leave: LeaveOnServer;
  readonly guard: Guard;
  /** Makes it so, with so many last copies at most. */
  put(agreed: number): Promise<void>;
}

export class LeaveChoice {
  saving = $state(false);
  /** What is wrong with the days. */
  wrong = $state.raw<ApiError | null>(null);

  /** What the person has chosen and typed and not confirmed yet. */
  private chosen = $state.raw<LeaveOnServer['kind'] | null>(null);
  private typed = $state.raw<string | null>(null);

  constructor(
    private readonly account: number,
    private readonly view: AccountView,
  ) {}

  /** What is chosen, else what is so. */
  get kind(): LeaveOnServer['kind'] {
    return this.chosen ?? this.now?.kind ?? 'everything';
  }

  /** The days as typed, else as they are or would be. */
  get days(): string {
    return this.typed ?? String(this.now?.kind === 'days' ? this.now.days : USUAL);
  }

  /** Whether the choice differs from what is so now. */
  get isChanged(): boolean {
    const { now } = this;
    if (!now || now.kind !== this.kind) return now !== undefined;
    return now.kind === 'days' && this.days !== String(now.days);
  }

  choose(kind: LeaveOnServer['kind']): void {
    this.chosen = kind;
    this.wrong = null;
  }

  type(days: string): void {
    this.typed = days;
    this.choose('days');
  }

  /** Back to what is so. */
  forget(): void {
    this.chosen = null;
    this.typed = null;
    this.wrong = null;
  }

  /**
   * Makes the choice so, unless it is to be confirmed first: always where letters will be deleted at the server by themselves,
   * else where last copies would go with it.
   */
  async save(): Promise<LeaveQuestion | null> {
    if (this.saving) return null;
    const leave = this.leave();
    this.wrong = leave ? null : invalidInput('days');
    if (!leave) return null;
    const guard = new Guard({ kind: 'leave', account: this.account, leave });
    const put = (agreed: number) => this.put(leave, agreed);
    if (leave.kind === 'days' || leave.kind === 'nothing') return { leave, guard, put };
    this.saving = true;
    this.view.failure = null;
    try {
      if (leave.kind === 'until_deleted') await guard.ask();
      if (guard.loses) return { leave, guard, put };
      if (guard.failure) this.view.failure = guard.failure;
      else await put(0);
    } catch (thrown) {
      this.view.failure = failureOf(thrown);
    } finally {
      this.saving = false;
    }
    return null;
  }

  private get now(): LeaveOnServer | undefined {
    return this.view.details?.leave;
  }

  /** The choice; null while the days are none. */
  private leave(): LeaveOnServer | null {
    const { kind } = this;
    if (kind !== 'days') return { kind };
    const days = Number(this.days);
    return Number.isInteger(days) && days >= 1 && days <= MOST ? { kind, days } : null;
  }

  private async put(leave: LeaveOnServer, agreed: number): Promise<void> {
    await call('account_leave', { account: this.account, leave, agreed });
    if (this.view.details) this.view.details = { ...this.view.details, leave };
    this.forget();
    await this.view.load();
  }
}
