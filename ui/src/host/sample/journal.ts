// What the sample needs to take acts back: how the letters and mailboxes stood before each.
import type { LetterRow, Mailbox, Undone, UndoRow } from '../../ipc/bindings';
import type { SampleMail } from './mail';

interface Entry {
  row: UndoRow;
  before: LetterRow[];
  boxes: Mailbox[] | null;
  made: number[];
}

export class Journal {
  private entries: Entry[] = [];

  constructor(private readonly mail: SampleMail) {}

  /** Does an act on letters; `run` answers the letters that it made. Said twice, done once. */
  letters(command: string, what: UndoRow['what'], ids: number[], run: () => number[]): void {
    this.act(command, what, ids, null, run);
  }

  /** Does an act on the mailboxes, which may take letters along. */
  boxes(command: string, ids: number[], run: () => void): void {
    const boxes = this.mail.boxes.map((box) => ({ ...box }));
    this.act(command, 'mailbox', ids, boxes, () => {
      run();
      return [];
    });
  }

  list(): UndoRow[] {
    return this.entries.map(({ row }) => row).reverse();
  }

  /** Takes an act back; null when there is no such act. */
  undo(command: string): (Undone & { ids: number[] }) | null {
    const at = this.entries.findIndex(({ row }) => row.command === command);
    const [entry] = at < 0 ? [] : this.entries.splice(at, 1);
    if (!entry) return null;
    if (entry.boxes) this.mail.boxes = entry.boxes;
    for (const id of entry.made) this.mail.letters.delete(id);
    // What was deleted for good comes back from this computer, if it was whole here.
    const lost = entry.row.what === 'delete' ? entry.before.filter((row) => !row.complete) : [];
    const back = entry.before.filter((row) => !lost.includes(row));
    for (const row of back) this.mail.letters.set(row.id, row);
    return { letters: entry.made.length || back.length, lost: lost.length, ids: back.map((row) => row.id) };
  }

  private act(
    command: string,
    what: UndoRow['what'],
    ids: number[],
    boxes: Mailbox[] | null,
    run: () => number[],
  ): void {
    if (this.entries.some(({ row }) => row.command === command)) return;
    const before = ids.flatMap((id) => this.mail.letters.get(id) ?? []).map((row) => ({ ...row }));
    const made = run();
    const row = { command, what, letters: before.length, at: new Date().toISOString() };
    this.entries.push({ row, before, boxes, made });
  }
}
