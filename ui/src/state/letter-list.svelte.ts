// A view of letters, as the list shows it: a cache of windows of the engine's view.
//
// What is shown always belongs to one version of the view. When the engine says that it changed, the rows in view are asked for
// again together with the new place of the letter that the eye rests on, and everything is exchanged in one step: no flicker,
// no jump. Answers of an older version are dropped.
import { call, failureOf } from '../ipc/call';
import type { ApiError, LetterRow, View, Window } from '../ipc/bindings';
import { PAGE, PageCache, pagesOf } from './page-cache';

/** One frame: changes that come faster are answered together. */
const FRAME = 16;

/** Pages fetched ahead of what is in view, in the direction of scrolling, so that a row is there when it comes into view. */
const AHEAD = 3;

/** How often the same refresh is tried again when the view changes under it. */
const TRIES = 5;

export class LetterList {
  total = $state(0);
  /** Nothing is known of this view yet. */
  opening = $state(true);
  failure = $state.raw<ApiError | null>(null);
  /** Rows that came above the letter the eye rests on, summed up. */
  moved = $state(0);
  /** Told on each exchange of rows, with the new row number of the letter that `tracked` names (null when it is gone). */
  onexchange: (trackedIndex: number | null) => void = () => undefined;
  /** A letter whose row number must stay known: the cursor's. */
  tracked: () => number | null = () => null;

  private cache = new PageCache();
  private changes = $state(0);
  private what: View | null = null;
  private view: number | null = null;
  private version = 0;
  private newestHeard = 0;
  /** What was heard of views while one is being opened: news of it may come before its name. */
  private early = new Map<number, number>();
  private range = { first: 0, end: 0 };
  /** Which way these rows have been scrolled; null when they have not. Rows at rest need none ahead of them. */
  private direction: 'up' | 'down' | null = null;
  private epoch = 0;
  private filling = false;
  private refreshing = false;
  private refreshAgain = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** The row at that place; undefined while it is being fetched. */
  row(index: number): LetterRow | undefined {
    void this.changes;
    return this.cache.get(index);
  }

  /** The rows of those letters that are at hand. */
  rowsOf(ids: ReadonlySet<number>): LetterRow[] {
    void this.changes;
    return this.cache.rowsOf(ids);
  }

  /** Row number of a letter, when it is at hand. */
  indexOf(id: number): number | null {
    return this.cache.indexOf(id);
  }

  async open(what: View): Promise<void> {
    const epoch = this.begin(what);
    void this.closeView();
    try {
      const opened = await call('view_open', what);
      if (epoch !== this.epoch) {
        await call('view_close', { view: opened.view });
        return;
      }
      this.view = opened.view;
      this.version = opened.version;
      this.newestHeard = opened.version;
      this.total = opened.total;
      this.opening = false;
      this.range = { first: 0, end: Math.min(opened.total, Math.max(this.range.end, 1)) };
      this.changed(opened.view, this.early.get(opened.view) ?? opened.version);
      this.early.clear();
      await this.fill();
    } catch (thrown) {
      if (epoch === this.epoch) this.fail(thrown);
    }
  }

  /** Reads what is in view again: after events were lost, or on a person's "try again". */
  async again(): Promise<void> {
    if (this.view === null && this.what) await this.open(this.what);
    else await this.refresh();
  }

  /** The list shows these rows now. */
  see(first: number, end: number): void {
    if (first !== this.range.first) this.direction = first < this.range.first ? 'up' : 'down';
    this.range = { first, end };
    void this.fill();
  }

  /** The engine says that a view changed. */
  changed(view: number, version: number): void {
    if (this.view === null) this.early.set(view, version);
    if (view !== this.view || version <= this.newestHeard) return;
    this.newestHeard = version;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, FRAME);
  }

  /** The row at that place, fetched when it is not at hand; undefined when there is none. */
  async fetch(index: number): Promise<LetterRow | undefined> {
    const epoch = this.epoch;
    for (let tries = 0; tries < TRIES && index < this.total; tries += 1) {
      const known = this.cache.get(index);
      if (known) return known;
      if (!(await this.take(Math.floor(index / PAGE))) || epoch !== this.epoch) return undefined;
    }
    return this.cache.get(index);
  }

  private begin(what: View): number {
    this.what = what;
    this.epoch += 1;
    this.cache = new PageCache();
    this.direction = null;
    this.total = 0;
    this.opening = true;
    this.failure = null;
    this.refreshAgain = false;
    this.early.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.changes += 1;
    return this.epoch;
  }

  private async closeView(): Promise<void> {
    const view = this.view;
    this.view = null;
    // A view that is gone already is as good as closed.
    if (view !== null) await call('view_close', { view }).catch(() => undefined);
  }

  /** Asks for pages that are not at hand, those in view first, until there are none. Where the eye has already moved on, none is
   * asked for. */
  private async fill(): Promise<void> {
    if (this.filling || this.view === null) return;
    const epoch = this.epoch;
    this.filling = true;
    try {
      for (;;) {
        const missing = this.missing();
        if (missing.length === 0 || this.refreshing) return;
        const taken = await Promise.all(missing.map((page) => this.take(page)));
        if (epoch !== this.epoch || taken.includes(false)) return;
      }
    } finally {
      this.filling = false;
      if (epoch !== this.epoch) void this.fill();
    }
  }

  /** Pages in view that are not at hand; when all are, the next one that will be. */
  private missing(): number[] {
    const { first, end } = this.range;
    const seen = this.cache.missing(first, Math.min(end, this.total));
    if (seen.length > 0 || this.direction === null) return seen;
    const reach = AHEAD * PAGE;
    const ahead =
      this.direction === 'up'
        ? this.cache.missing(Math.max(0, first - reach), first).reverse()
        : this.cache.missing(Math.min(end, this.total), Math.min(end + reach, this.total));
    return ahead.slice(0, 1);
  }

  /** Fetches a page into the cache. False when it could not be, or belongs to another version than what is shown. */
  private async take(page: number): Promise<boolean> {
    const epoch = this.epoch;
    try {
      const answer = await this.ask(page * PAGE, PAGE, null);
      if (epoch !== this.epoch) return false;
      if (answer.version !== this.version) {
        this.changed(this.view ?? -1, answer.version);
        return false;
      }
      this.cache.put(page, answer.rows);
      this.failure = null;
      this.changes += 1;
      return true;
    } catch (thrown) {
      if (epoch === this.epoch) this.fail(thrown);
      return false;
    }
  }

  private async refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    const epoch = this.epoch;
    this.refreshing = true;
    try {
      do {
        this.refreshAgain = false;
        await this.exchange(epoch);
      } while (this.refreshAgain && epoch === this.epoch);
    } catch (thrown) {
      if (epoch === this.epoch) this.fail(thrown);
    } finally {
      this.refreshing = false;
      // Another view may have been opened meanwhile, and have changed.
      if (this.refreshAgain) void this.refresh();
      else void this.fill();
    }
  }

  /** Fetches what is in view in its newest version and shows it in one step. */
  private async exchange(epoch: number): Promise<void> {
    let move = 0;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const anchor = this.anchor();
      const tracked = this.tracked();
      const first = Math.max(0, this.range.first + move);
      const pages = pagesOf(first, Math.max(first + 1, this.range.end + move));
      const answers = await this.askAll(pages, [anchor?.id ?? null, tracked]);
      if (epoch !== this.epoch) return;
      const [head, second] = answers;
      if (!head || !second) return;
      const version = Math.max(...answers.map((answer) => answer.version));
      const consistent = version >= this.newestHeard && answers.every((answer) => answer.version === version);
      const found = anchor && head.anchor_index !== null ? head.anchor_index - anchor.index : 0;
      if ((!consistent || found !== move) && tries < TRIES) {
        move = found;
        continue;
      }
      this.show(version, head.total, found, pages, answers);
      this.onexchange(tracked === null ? null : second.anchor_index);
      return;
    }
  }

  private show(version: number, total: number, move: number, pages: number[], answers: Window[]): void {
    this.cache = new PageCache();
    this.direction = null;
    answers.forEach((answer, i) => {
      const page = pages[i];
      if (page !== undefined && answer.version === version) this.cache.put(page, answer.rows);
    });
    this.version = version;
    this.newestHeard = Math.max(this.newestHeard, version);
    this.total = total;
    this.moved += move;
    this.range = { first: this.range.first + move, end: this.range.end + move };
    this.failure = null;
    this.changes += 1;
  }

  /** Asks for pages, and for the row number of each letter; there are at least as many answers as either. */
  private askAll(pages: number[], anchors: (number | null)[]): Promise<Window[]> {
    const asks = Math.max(pages.length, anchors.length);
    return Promise.all(
      Array.from({ length: asks }, (_, i) => {
        const page = pages[i];
        return page === undefined
          ? this.ask(0, 1, anchors[i] ?? null)
          : this.ask(page * PAGE, PAGE, anchors[i] ?? null);
      }),
    );
  }

  private ask(offset: number, limit: number, anchor: number | null): Promise<Window> {
    if (this.view === null) return Promise.reject(new Error('no view is open'));
    return call('view_window', { view: this.view, offset, limit, anchor });
  }

  /** The letter the eye rests on: the first in view. None at the very top, where new letters are to be seen coming. */
  private anchor(): { id: number; index: number } | null {
    if (this.range.first === 0) return null;
    const index = this.range.first;
    const row = this.cache.get(index);
    return row ? { id: row.id, index } : null;
  }

  private fail(thrown: unknown): void {
    const failure = failureOf(thrown);
    // The engine forgot this view (it was restarted, or events were lost): open it again.
    if (failure.code === 'not_found' && this.view !== null) {
      this.view = null;
      void this.again();
      return;
    }
    this.opening = false;
    this.failure = failure;
  }
}
