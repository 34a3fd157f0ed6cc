// Which letters of a list are selected, and where the cursor stands. By letter, not by row: letters that arrive move neither.
import type { LetterList } from './letter-list.svelte';

/** Most letters one range can hold; a command carries their ids one by one. */
export const MOST = 10_000;

export class Selection {
  ids = $state.raw<ReadonlySet<number>>(new Set());
  /** Row number of the cursor; -1 before there is one. */
  index = $state(-1);
  /** The cursor's letter; null while its row is being fetched. */
  id = $state<number | null>(null);
  /** Told when a single letter was chosen. */
  onchoose: (id: number) => void = () => undefined;

  private pivot = -1;
  private step = 0;

  constructor(private readonly list: LetterList) {
    list.tracked = () => this.id;
    list.onexchange = (index) => this.exchanged(index);
  }

  /** Selects nothing. */
  clear(): void {
    this.step += 1;
    this.ids = new Set();
    this.index = -1;
    this.id = null;
    this.pivot = -1;
  }

  /** The cursor goes to that row, and it alone is selected. */
  async choose(index: number): Promise<void> {
    if (this.list.total === 0) return;
    const step = this.go(index);
    this.pivot = this.index;
    const row = this.list.row(this.index) ?? (await this.list.fetch(this.index));
    if (step !== this.step || !row) return;
    this.id = row.id;
    this.ids = new Set([row.id]);
    this.onchoose(row.id);
  }

  /** The cursor moves by that many rows. */
  async move(by: number): Promise<void> {
    await this.choose(this.index < 0 ? 0 : this.index + by);
  }

  /** Adds that row to the selection, or takes it out. */
  async toggle(index: number): Promise<void> {
    const step = this.go(index);
    this.pivot = this.index;
    const row = await this.list.fetch(this.index);
    if (step !== this.step || !row) return;
    const ids = new Set(this.ids);
    if (!ids.delete(row.id)) ids.add(row.id);
    this.id = row.id;
    this.ids = ids;
  }

  /** Selects from where the last single choice was made to that row. False when the range was cut at `MOST`. */
  async extendTo(index: number): Promise<boolean> {
    if (this.list.total === 0) return true;
    if (this.pivot < 0) this.pivot = Math.max(this.index, 0);
    const step = this.go(index);
    const down = this.index >= this.pivot;
    const wanted = Math.abs(this.index - this.pivot) + 1;
    const ids = new Set<number>();
    for (let i = 0; i < Math.min(wanted, MOST); i += 1) {
      const at = this.pivot + (down ? i : -i);
      const row = this.list.row(at) ?? (await this.list.fetch(at));
      if (step !== this.step) return true;
      if (row) ids.add(row.id);
    }
    this.ids = ids;
    this.id = this.list.row(this.index)?.id ?? this.id;
    return wanted <= MOST;
  }

  /** Extends the range by that many rows. */
  extendBy(by: number): Promise<boolean> {
    return this.extendTo(Math.max(this.index, 0) + by);
  }

  /** Selects every letter of the list, up to `MOST`. */
  all(): Promise<boolean> {
    this.pivot = 0;
    return this.extendTo(this.list.total - 1);
  }

  /** The row that the cursor goes to when the selected letters leave the list: the next one, else the one before. */
  successor(): number | null {
    for (let at = this.index + 1; at < this.list.total; at += 1) {
      const row = this.list.row(at);
      if (!row) break;
      if (!this.ids.has(row.id)) return at;
    }
    for (let at = this.index - 1; at >= 0; at -= 1) {
      const row = this.list.row(at);
      if (!row) break;
      if (!this.ids.has(row.id)) return at;
    }
    return null;
  }

  private go(index: number): number {
    this.index = Math.min(Math.max(index, 0), Math.max(this.list.total - 1, 0));
    this.step += 1;
    return this.step;
  }

  private exchanged(index: number | null): void {
    if (this.index < 0) return;
    if (index === null) {
      // The cursor's letter left the view; the cursor stays where it stood.
      this.index = Math.min(this.index, this.list.total - 1);
      return;
    }
    this.pivot += index - this.index;
    this.index = index;
  }
}
