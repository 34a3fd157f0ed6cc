// Letters for tests.
import type { Letter, LetterRow } from '../ipc/bindings';

export const letterRow = (id: number, more: Partial<LetterRow> = {}): LetterRow => ({
  id,
  account: 1,
  mailbox: 1,
  subject: `Letter ${id}`,
  from: { name: 'Bob', email: 'bob@south.test' },
  to: [{ name: 'Alice', email: 'alice@north.test' }],
  snippet: '',
  date: '2026-11-25T08:00:00Z',
  seen: false,
  flagged: false,
  answered: false,
  draft: false,
  keywords: [],
  has_attachments: false,
  size: 2_000,
  message_id: `${id}@south.test`,
  thread: id,
  complete: true,
  only_here: false,
  ...more,
});

export const openLetter = (row: LetterRow): Letter => ({
  row,
  cc: [],
  bcc: [],
  reply_to: [],
  written: row.date,
  attachments: [],
  text: '',
  has_html: false,
  remote_blocked: 0,
  trackers_blocked: 0,
});
