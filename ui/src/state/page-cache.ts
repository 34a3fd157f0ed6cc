// The rows of a view that are at hand, in pages of fixed size. All of one version: a newer version starts an empty cache.
import type { LetterRow } from '../ipc/bindings';

/** Rows a page. Two pages fill any screen, and a page is quick to ask for. */
export const PAGE = 50;

/** Pages kept; more are dropped, those farthest from view first. */
const KEPT = 60;

export class PageCache {
  private readonly pages = new Map<number, readonly LetterRow[]>();

  get(index: number): LetterRow | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  put(page: number, rows: readonly LetterRow[]): void {
    this.pages.set(page, rows);
    if (this.pages.size <= KEPT) return;
    const byDistance = [...this.pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
    for (const far of byDistance.slice(0, this.pages.size - KEPT)) this.pages.delete(far);
  }

  /** Pages that the rows from `first` up to `end` lie on and that are not at hand. */
  missing(first: number, end: number): number[] {
    return pagesOf(first, end).filter((page) => !this.pages.has(page));
  }

  /** Row number of a letter, when it is at hand. */
  indexOf(id: number): number | null {
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * PAGE + at;
    }
    return null;
  }

  /** The rows of those letters that are at hand. */
  rowsOf(ids: ReadonlySet<number>): LetterRow[] {
    return [...this.pages.values()].flatMap((rows) => rows.filter((row) => ids.has(row.id)));
  }
}

/** Pages that the rows from `first` up to `end` lie on. */
export function pagesOf(first: number, end: number): number[] {
  if (end <= first) return [];
  const from = Math.floor(first / PAGE);
  const to = Math.floor((end - 1) / PAGE);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
