// What the sample does to letters.
import type { Commands, LetterRow, Role } from '../../ipc/bindings';
import type { Guard } from './guard-acts';
import type { Journal } from './journal';
import type { SampleMail } from './mail';
import { failed } from './failed';

type Names =
  'letters_mark' | 'letters_keyword' | 'letters_move' | 'letters_to' | 'letters_copy' | 'letters_delete' | 'undo';
type Handlers = { [N in Names]: (args: Commands[N]['args']) => Commands[N]['answer'] };

const JUNK = '$Junk';
const NOT_JUNK = '$NotJunk';

/** `told` is called with the letters that changed, after each act. */
export function letterActs(mail: SampleMail, journal: Journal, guard: Guard, told: (ids: number[]) => void): Handlers {
  const change = (command: string, what: 'mark' | 'move', ids: number[], next: (row: LetterRow) => LetterRow) => {
    journal.letters(command, what, ids, () => {
      for (const row of ids.map((id) => mail.letter(id)).map(next)) mail.letters.set(row.id, row);
      return [];
    });
    told(ids);
    return {};
  };
  const into = (id: number) => {
    if (!mail.box(id)) throw failed('not_found', null, 'There is no such mailbox.');
    return id;
  };
  const ofRole = (row: LetterRow, role: Role) => {
    const found = mail.boxes.find((box) => box.account === row.account && box.role === role);
    if (!found) throw failed('not_found', null, 'There is no such mailbox.');
    return found.id;
  };
  return {
    letters_mark: ({ command, ids, seen, flagged }) =>
      change(command, 'mark', ids, (row) => ({ ...row, seen: seen ?? row.seen, flagged: flagged ?? row.flagged })),
    letters_keyword: ({ command, ids, keyword, on }) =>
      change(command, 'mark', ids, (row) => ({
        ...row,
        keywords: withKeyword(row.keywords, keyword, on ? 'set' : 'clear'),
      })),
    letters_move: ({ command, ids, mailbox }) =>
      change(command, 'move', ids, (row) => ({ ...row, mailbox: into(mailbox) })),
    letters_to: ({ command, ids, role }) =>
      change(command, 'move', ids, (row) => ({
        ...row,
        mailbox: ofRole(row, role),
        keywords: role === 'junk' || role === 'inbox' ? judged(row.keywords, role) : row.keywords,
      })),
    letters_copy: ({ command, ids, mailbox }) => {
      journal.letters(command, 'copy', ids, () => ids.map((id) => mail.copy(mail.letter(id), into(mailbox))));
      told([]);
      return {};
    },
    letters_delete: ({ command, ids, agreed }) => {
      guard({ kind: 'letters', ids }, agreed);
      journal.letters(command, 'delete', ids, () => {
        for (const id of ids) mail.letters.delete(mail.letter(id).id);
        return [];
      });
      told([]);
      return {};
    },
    undo: ({ command }) => {
      const undone = journal.undo(command);
      if (!undone) throw failed('not_found', null, 'This cannot be taken back any more.');
      told(undone.ids);
      return { letters: undone.letters, lost: undone.lost };
    },
  };
}

function withKeyword(keywords: string[], keyword: string, how: 'set' | 'clear'): string[] {
  const others = keywords.filter((one) => one !== keyword);
  return how === 'set' ? [...others, keyword].sort() : others;
}

function judged(keywords: string[], role: 'junk' | 'inbox'): string[] {
  const [set, clear] = role === 'junk' ? [JUNK, NOT_JUNK] : [NOT_JUNK, JUNK];
  return withKeyword(withKeyword(keywords, clear, 'clear'), set, 'set');
}
