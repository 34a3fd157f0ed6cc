// What the sample does to mailboxes.
import type { Commands, Mailbox } from '../../ipc/bindings';
import { failed } from './failed';
import type { Guard } from './guard-acts';
import type { Journal } from './journal';
import type { SampleMail } from './mail';

type Names = 'mailbox_create' | 'mailbox_rename' | 'mailbox_remove' | 'mailbox_subscribe' | 'mailbox_empty';
type Handlers = { [N in Names]: (args: Commands[N]['args']) => Commands[N]['answer'] };

/** `told` is called after each act. */
export function mailboxActs(mail: SampleMail, journal: Journal, guard: Guard, told: () => void): Handlers {
  const box = (id: number): Mailbox => {
    const found = mail.box(id);
    if (!found) throw failed('not_found', null, 'This mailbox is not here any more.');
    return found;
  };
  const replace = (next: Mailbox) => (mail.boxes = mail.boxes.map((one) => (one.id === next.id ? next : one)));
  /** The path of a mailbox of that name below another one, or why there can be none. */
  const path = (account: number, above: string, typed: string) => {
    const name = typed.trim();
    const refused = (why: string) => failed('invalid_input', 'mailbox', why);
    if (name === '') throw refused('the name is missing');
    if (name.includes('/')) throw refused('the name cannot hold “/”');
    const whole = above === '' ? name : `${above}/${name}`;
    if (mail.boxes.some((one) => one.account === account && one.path === whole))
      throw refused(`there is a mailbox “${name}” already`);
    return whole;
  };
  return {
    mailbox_create: ({ command, account, parent, name }) => {
      const above = parent === null ? null : box(parent);
      const made = mail.blankBox(account, path(account, above?.path ?? '', name));
      journal.boxes(command, [], () => mail.insertBox(made));
      told();
      return { ...made };
    },
    mailbox_rename: ({ command, mailbox, name }) => {
      const old = box(mailbox);
      const next = path(old.account, old.path.split('/').slice(0, -1).join('/'), name);
      journal.boxes(command, [], () => {
        for (const inside of mail.boxes.filter(
          (one) => one.account === old.account && one.path.startsWith(`${old.path}/`),
        ))
          replace({ ...inside, path: `${next}${inside.path.slice(old.path.length)}` });
        replace({ ...old, path: next, name: name.trim() });
      });
      told();
      return {};
    },
    mailbox_remove: ({ command, mailbox }) => {
      const old = box(mailbox);
      const trash = mail.boxes.find((one) => one.account === old.account && one.role === 'trash');
      const ids = mail.idsIn(mailbox);
      if (!trash) throw failed('not_found', null, 'There is no trash.');
      journal.boxes(command, ids, () => {
        for (const id of ids) mail.letters.set(id, { ...mail.letter(id), mailbox: trash.id });
        mail.boxes = mail.boxes.filter((one) => one.id !== mailbox);
      });
      told();
      return {};
    },
    mailbox_subscribe: ({ mailbox, subscribed }) => {
      replace({ ...box(mailbox), subscribed });
      told();
      return {};
    },
    mailbox_empty: ({ command, mailbox, agreed }) => {
      guard({ kind: 'mailbox', mailbox }, agreed);
      const ids = mail.idsIn(box(mailbox).id);
      journal.letters(command, 'delete', ids, () => {
        for (const id of ids) mail.letters.delete(id);
        return [];
      });
      told();
      return {};
    },
  };
}
