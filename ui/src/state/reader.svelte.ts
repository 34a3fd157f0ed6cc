// The letter that is open in the reader.
import { call, commandId, failureOf } from '../ipc/call';
import type { ApiError, Letter } from '../ipc/bindings';

/** How long a letter must have been open to count as read, in milliseconds. */
export const READ_AFTER = 500;

export class Reader {
  letter = $state.raw<Letter | null>(null);
  /** The letter that was asked for; ahead of `letter` while it is being opened. */
  id = $state<number | null>(null);
  failure = $state.raw<ApiError | null>(null);
  /** Why the text of the letter, which is not on this computer, could not be asked for. */
  fetchFailure = $state.raw<ApiError | null>(null);

  private asked = 0;
  /** The letter is to count as read once its text has been in sight for a moment. */
  private unseen = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Opens a letter; it counts as read a moment later. */
  async open(id: number): Promise<void> {
    if (this.id === id && this.letter && !this.failure) return;
    this.stopTimer();
    this.id = id;
    this.unseen = true;
    this.fetchFailure = null;
    if (!(await this.read(id))) return;
    if (this.letter?.row.complete) this.startTimer(id);
    else await this.fetch();
  }

  close(): void {
    this.stopTimer();
    this.asked += 1;
    this.id = null;
    this.letter = null;
    this.failure = null;
    this.fetchFailure = null;
  }

  /** The open letter changed: its marks, or its text arrived. */
  async changed(id: number): Promise<void> {
    if (id !== this.id || !(await this.read(id)) || !this.letter?.row.complete) return;
    this.fetchFailure = null;
    if (this.timer === undefined) this.startTimer(id);
  }

  /** Asks for the text of the open letter, which is not on this computer; `changed` is told when it has come. */
  async fetch(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    this.fetchFailure = null;
    try {
      await call('letter_fetch', { id });
    } catch (thrown) {
      if (id === this.id) this.fetchFailure = failureOf(thrown);
    }
  }

  /** The server of that account answers again: what is missing is asked for once more. */
  async serverAnswers(account: number): Promise<void> {
    const row = this.letter?.row;
    if (row && row.id === this.id && row.account === account && !row.complete) await this.fetch();
  }

  /** The person decided about read and unread; the clock has no say any more. */
  decided(): void {
    this.unseen = false;
    this.stopTimer();
  }

  private async read(id: number): Promise<boolean> {
    this.asked += 1;
    const asked = this.asked;
    try {
      const letter = await call('letter_open', { id });
      if (asked !== this.asked) return false;
      this.letter = letter;
      this.failure = null;
      return true;
    } catch (thrown) {
      if (asked !== this.asked) return false;
      this.letter = null;
      this.failure = failureOf(thrown);
      return false;
    }
  }

  private startTimer(id: number): void {
    if (!this.unseen || this.letter?.row.seen) return;
    this.timer = setTimeout(() => {
      this.unseen = false;
      // Nobody asked for this by hand: when it fails, the letter simply stays unread.
      call('letters_mark', { command: commandId('read'), ids: [id], seen: true, flagged: null }).catch(() => undefined);
    }, READ_AFTER);
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
