// Nothing that exists on this computer only is destroyed unseen: how many last copies something would destroy, and whether the
// person has agreed to that number. The engine holds to it: where more would go than was agreed, nothing is done.
import { call, failureOf } from '../ipc/call';
import type { ApiError, CopiesOf, LastCopies } from '../ipc/bindings';
import { isOpen } from '../shared/gate';
import type { Gate } from '../shared/gate';
import { problemText } from './problem';

export class Guard implements Gate {
  understood = $state(false);
  grown = $state(false);
  busy = $state(false);
  failure = $state.raw<ApiError | null>(null);

  private lost = $state.raw<LastCopies | null>(null);

  constructor(private readonly what: CopiesOf) {}

  get known(): boolean {
    return this.lost !== null;
  }

  /** Letters that would exist nowhere any more. */
  get letters(): number {
    return this.lost?.letters ?? 0;
  }

  /** Drafts and letters on their way out that would go along. */
  get unsent(): number {
    return this.lost?.unsent ?? 0;
  }

  get loses(): boolean {
    return this.letters + this.unsent > 0;
  }

  get problem(): string {
    return this.failure ? problemText(this.failure) : '';
  }

  async ask(): Promise<void> {
    if (this.lost) return;
    this.failure = null;
    try {
      const lost = await call('last_copies', this.what);
      this.lost ??= lost;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Does it, with the number that was agreed to. Whether it was done. */
  async pass(act: (agreed: number) => Promise<unknown>): Promise<boolean> {
    if (!isOpen(this)) return false;
    this.busy = true;
    this.failure = null;
    this.grown = false;
    try {
      await act(this.letters);
      return true;
    } catch (thrown) {
      await this.refused(failureOf(thrown));
      return false;
    } finally {
      this.busy = false;
    }
  }

  private async refused(failure: ApiError): Promise<void> {
    if (failure.code !== 'last_copies') {
      this.failure = failure;
      return;
    }
    const { unsent } = this;
    this.understood = false;
    this.grown = true;
    this.lost = failure.count === null ? null : { letters: failure.count, unsent };
    await this.ask();
  }
}
