// How an account's server is used, and what of the account is on this computer: read when a person looks at it.
import { call, failureOf } from '../ipc/call';
import type { AccountDetails, ApiError, Extension, Keep } from '../ipc/bindings';

/** The spans that are offered, in months. */
const SPANS = [1, 3, 6, 12, 24];

/** The span that stands there before one was chosen, in months. */
const USUAL = 12;

export class AccountView {
  details = $state.raw<AccountDetails | null>(null);
  failure = $state.raw<ApiError | null>(null);
  /** What the person has chosen to keep and not confirmed yet. */
  chosen = $state.raw<Keep | null>(null);
  saving = $state(false);

  private asked = 0;

  constructor(private readonly account: number) {}

  async load(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    try {
      const details = await call('account_details', { account: this.account });
      if (asked !== this.asked) return;
      this.details = details;
      this.failure = null;
    } catch (thrown) {
      if (asked === this.asked) this.failure = failureOf(thrown);
    }
  }

  /** What is kept: as chosen, else as it is. */
  get keep(): Keep {
    return this.chosen ?? this.details?.keep ?? { kind: 'everything' };
  }

  /** Whether the choice differs from what is so now. */
  get isChanged(): boolean {
    return this.chosen !== null && this.details !== null && !sameKeep(this.chosen, this.details.keep);
  }

  /** The span that is chosen, or would be. */
  get months(): number {
    const known = [this.chosen, this.details?.keep].find((keep) => keep?.kind === 'months');
    return known?.kind === 'months' ? known.months : USUAL;
  }

  /** The spans to choose from, the present one among them. */
  get spans(): number[] {
    return [...new Set([...SPANS, this.months])].sort((a, b) => a - b);
  }

  /** The extensions in that state. */
  extensions(...states: Extension['state'][]): Extension[] {
    return (this.details?.extensions ?? []).filter((one) => states.includes(one.state));
  }

  /** Confirms the choice. */
  async save(): Promise<void> {
    const { chosen } = this;
    if (!chosen || this.saving) return;
    this.saving = true;
    try {
      await call('account_keep', { account: this.account, keep: chosen });
      if (this.details) this.details = { ...this.details, keep: chosen };
      this.chosen = null;
      await this.load();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.saving = false;
    }
  }
}

function sameKeep(a: Keep, b: Keep): boolean {
  if (a.kind === 'months' && b.kind === 'months') return a.months === b.months;
  return a.kind === b.kind;
}
