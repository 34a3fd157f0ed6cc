// Letters on their way out.
import { call } from '../ipc/call';
import type { Draft, OutboxRow } from '../ipc/bindings';

export class Outbox {
  list = $state.raw<OutboxRow[]>([]);
  chosen = $state<number | null>(null);

  private asked = 0;

  async load(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    const list = await call('outbox_list', {});
    if (asked === this.asked) this.list = list;
  }

  /** The chosen letter. */
  get current(): OutboxRow | undefined {
    return this.list.find((row) => row.id === this.chosen);
  }

  /** Letters that have not left. */
  get waiting(): number {
    return this.list.filter((row) => row.state !== 'sent' && row.state !== 'cancelled').length;
  }

  /** Whether one of them waits for a person. */
  get needsPerson(): boolean {
    return this.list.some((row) => row.state === 'failed' || row.state === 'unknown');
  }

  async retry(id: number): Promise<void> {
    await call('outbox_retry', { id });
    await this.load();
  }

  /** Takes a letter back; it is a draft again. */
  async cancel(id: number): Promise<Draft> {
    const draft = await call('outbox_cancel', { id });
    await this.load();
    return draft;
  }
}

/** Whether a letter can be tried again by hand. */
export function canRetry(row: OutboxRow): boolean {
  return row.state === 'failed' || row.state === 'unknown' || (row.state === 'queued' && row.attempts > 0);
}

/** Whether a letter can be taken back. One that may have been sent can: that ends the waiting and keeps the text. */
export function canCancel(row: OutboxRow): boolean {
  return row.state === 'queued' || row.state === 'failed' || row.state === 'unknown';
}
