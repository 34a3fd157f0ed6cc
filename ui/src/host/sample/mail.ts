// The sample's mailboxes and letters, and the views of them.
import type { LetterRow, Mailbox, Role, View, Window, WindowAsk } from '../../ipc/bindings';
import { failed } from './failed';
import { makeLetters } from './letters';

const SHAPE: [account: number, name: string, role: Role, depth: number, count: number][] = [
  [1, 'INBOX', 'inbox', 0, 100_000],
  [1, 'Drafts', 'drafts', 0, 0],
  [1, 'Sent', 'sent', 0, 320],
  [1, 'Archive', 'archive', 0, 2_400],
  [1, 'Projects', 'other', 0, 400],
  [1, 'Travel', 'other', 1, 36],
  [1, 'Junk', 'junk', 0, 12],
  [1, 'Trash', 'trash', 0, 51],
  [2, 'INBOX', 'inbox', 0, 240],
  [2, 'Sent', 'sent', 0, 18],
  [2, 'Archive', 'archive', 0, 0],
  [2, 'Junk', 'junk', 0, 0],
  [2, 'Trash', 'trash', 0, 3],
];

/** Which letters no server has: by POP3 what was sent and filed here, and what has gone from the inbox there; by IMAP a few old ones. */
function isOnlyHere(account: number, role: Role, i: number): boolean {
  if (account === 2) return role !== 'inbox' || i > 180 || i % 9 === 4;
  return (role === 'trash' && i % 17 === 3) || (role === 'inbox' && i === 4) || (role === 'other' && i % 12 === 5);
}

interface OpenView {
  what: View;
  rows: LetterRow[];
  version: number;
}

export class SampleMail {
  boxes: Mailbox[];
  readonly letters = new Map<number, LetterRow>();
  /** First words of the letters whose text is not here. */
  private readonly withheld = new Map<number, string>();
  private readonly views = new Map<number, OpenView>();
  private nextView = 1;
  private nextLetter = 1;

  /** `inbox` letters in the first inbox; none anywhere when it is 0. */
  constructor(inbox: number, now: number) {
    this.boxes = SHAPE.map(([account, name, role, depth], i) => ({
      id: i + 1,
      account,
      path: depth > 0 ? `Projects/${name}` : name,
      name,
      depth,
      role,
      local: account === 2 && role !== 'inbox',
      selectable: true,
      subscribed: true,
      total: 0,
      unread: 0,
    }));
    SHAPE.forEach(([account, , role, , count], i) => {
      const wanted = inbox === 0 ? 0 : i === 0 ? inbox : count;
      const made = makeLetters(wanted, i + 1, account, this.nextLetter, now);
      made.forEach((row, at) => this.letters.set(row.id, { ...row, only_here: isOnlyHere(account, role, at) }));
      this.nextLetter += wanted;
    });
    this.recount();
  }

  open(what: View): { view: number; version: number; total: number } {
    const view = this.nextView++;
    const rows = this.select(what);
    this.views.set(view, { what, rows, version: 1 });
    return { view, version: 1, total: rows.length };
  }

  close(view: number): void {
    this.views.delete(view);
  }

  window(ask: WindowAsk): Window | null {
    const open = this.views.get(ask.view);
    if (!open) return null;
    const at = ask.anchor === null ? -1 : open.rows.findIndex((row) => row.id === ask.anchor);
    return {
      version: open.version,
      total: open.rows.length,
      offset: ask.offset,
      rows: open.rows.slice(ask.offset, ask.offset + Math.min(ask.limit, 200)).map((row) => ({ ...row })),
      anchor_index: at < 0 ? null : at,
    };
  }

  /** A letter comes into a mailbox, as the newest. */
  arrive(mailbox: Mailbox, now: number): LetterRow {
    const [row] = makeLetters(1, mailbox.id, mailbox.account, this.nextLetter++, now);
    if (!row) throw new Error('no letter was made');
    const fresh = { ...row, date: new Date(now).toISOString(), seen: false };
    this.letters.set(fresh.id, fresh);
    return fresh;
  }

  /** The letter with that id. */
  letter(id: number): LetterRow {
    const row = this.letters.get(id);
    if (!row) throw failed('not_found', null, 'This letter is not here any more.');
    return row;
  }

  /** Puts a copy of a letter into a mailbox; answers its id. */
  copy(row: LetterRow, mailbox: number): number {
    const id = this.nextLetter++;
    this.letters.set(id, { ...row, id, mailbox });
    return id;
  }

  /** Takes the text of every letter away that `which` names: only the header is here. */
  withhold(which: (row: LetterRow, i: number) => boolean): void {
    for (const row of [...this.letters.values()].filter(which)) {
      this.withheld.set(row.id, row.snippet);
      this.letters.set(row.id, { ...row, snippet: '', complete: false });
    }
  }

  /** The text of a letter comes. */
  deliver(id: number): void {
    const snippet = this.withheld.get(id);
    if (snippet === undefined) return;
    this.withheld.delete(id);
    this.letters.set(id, { ...this.letter(id), snippet, complete: true });
  }

  box(id: number): Mailbox | undefined {
    return this.boxes.find((one) => one.id === id);
  }

  idsIn(mailbox: number): number[] {
    return [...this.letters.values()].filter((row) => row.mailbox === mailbox).map((row) => row.id);
  }

  /** The letters of an account that no server has. */
  onlyHere(account: number): LetterRow[] {
    return [...this.letters.values()].filter((row) => row.account === account && row.only_here);
  }

  /** A mailbox that is not among the others yet. */
  blankBox(account: number, path: string): Mailbox {
    const levels = path.split('/');
    return {
      id: Math.max(...this.boxes.map((one) => one.id)) + 1,
      account,
      path,
      name: levels.at(-1) ?? path,
      depth: levels.length - 1,
      role: 'other',
      local: account === 2,
      selectable: true,
      subscribed: true,
      total: 0,
      unread: 0,
    };
  }

  /** Puts a mailbox behind those of its account that come before it by path: inside the one above it, else before junk and trash. */
  insertBox(box: Mailbox): void {
    const above = box.path.split('/').slice(0, -1).join('/');
    const near = (one: Mailbox) =>
      one.account === box.account &&
      (above === '' ? one.role !== 'junk' && one.role !== 'trash' : `${one.path}/`.startsWith(`${above}/`));
    const at = this.boxes.findLastIndex(near);
    this.boxes = [...this.boxes.slice(0, at + 1), box, ...this.boxes.slice(at + 1)];
  }

  /** Brings views and counts in step with the letters. The changed views: id, version, total. */
  settle(): { view: number; version: number; total: number }[] {
    this.recount();
    return [...this.views].map(([view, open]) => {
      open.rows = this.select(open.what);
      open.version += 1;
      return { view, version: open.version, total: open.rows.length };
    });
  }

  private select(what: View): LetterRow[] {
    const roles = new Map(this.boxes.map((box) => [box.id, box.role]));
    const fits = (row: LetterRow) => {
      if (what.kind === 'mailbox') return row.mailbox === what.mailbox;
      if (what.kind === 'role') return roles.get(row.mailbox) === what.role;
      return row.flagged;
    };
    return [...this.letters.values()]
      .filter(fits)
      .sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : b.id - a.id));
  }

  private recount(): void {
    const boxes = new Map(this.boxes.map((box) => [box.id, box]));
    for (const box of this.boxes) {
      box.total = 0;
      box.unread = 0;
    }
    for (const row of this.letters.values()) {
      const box = boxes.get(row.mailbox);
      if (!box) continue;
      box.total += 1;
      if (!row.seen) box.unread += 1;
    }
  }
}
