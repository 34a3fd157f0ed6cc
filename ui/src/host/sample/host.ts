// An in-memory engine behind the same door: to look at the screen in a plain browser, and for tests. It keeps the contract's shape,
// not its depth, and never reaches the built program.
import type { Account, Commands, Draft, DraftRow, Event, Keep } from '../../ipc/bindings';
import type { Host } from '../host';
import { detailsOf, keepOf } from './details';
import { failed } from './failed';
import { copiesOf, guardActs } from './guard-acts';
import { Journal } from './journal';
import { letterActs } from './letter-acts';
import { SampleMail } from './mail';
import { mailboxActs } from './mailbox-acts';
import { modeActs } from './mode-acts';
import { letterPage } from './page';
import { accountsOf, outboxOf, sceneOf, vaultOf } from './scene';

type Handlers = {
  [N in keyof Commands]: (args: Commands[N]['args']) => Commands[N]['answer'] | Promise<Commands[N]['answer']>;
};

/**
 * `?scene=` chooses a state, `?letters=` the size of the first inbox, `?delay=` what each answer takes in milliseconds, `?fetch=`
 * what a letter takes to come that is not here, `?change=` what a change of protocol or an upload takes, `?more=` how many more
 * last copies turn up between being asked about and being deleted.
 */
export function sampleHost(
  options: URLSearchParams,
  now = Date.now(),
): Host & { emit(event: Event): void; arrive(): void } {
  const scene = sceneOf(options.get('scene'));
  const bare = scene === 'empty' || scene === 'first-sync' || scene === 'welcome' || scene === 'choose';
  const mail = new SampleMail(bare ? 0 : Number(options.get('letters') ?? 100_000), now);
  const delay = Number(options.get('delay') ?? 1);
  const fetching = Number(options.get('fetch') ?? 1_500);
  const changing = Number(options.get('change') ?? 6_000);
  const journal = new Journal(mail);
  const keeps = new Map<number, Keep>();
  let accounts = accountsOf(scene, now);
  let outbox = outboxOf(scene, now);
  let vault = vaultOf(scene);
  const drafts = new Map<number, { draft: Draft; savedAt: string }>();
  let nextDraft = 1;
  const listeners: ((event: Event) => void)[] = [];
  if (scene === 'on-demand') mail.withhold((_, i) => i > 2);
  if (scene === 'offline') mail.withhold((_, i) => i % 4 === 1);

  const emit = (event: Event) => listeners.forEach((listener) => listener(event));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const settle = () => {
    for (const changed of mail.settle()) emit({ event: 'view_changed', ...changed });
    emit({ event: 'mailboxes_changed' });
  };
  const letter = (id: number) => mail.letter(id);
  const draftOf = (id: number): Draft => {
    const found = drafts.get(id);
    if (!found) throw failed('not_found', null, 'This draft is not here any more.');
    return structuredClone(found.draft);
  };
  const save = (draft: Draft): Draft => {
    const id = draft.id ?? nextDraft++;
    const files = draft.attachments.map((file) => ({ ...file, size: file.size || 182_000 }));
    const saved: Draft = { ...structuredClone(draft), id, attachments: files };
    drafts.set(id, { draft: saved, savedAt: new Date().toISOString() });
    emit({ event: 'drafts_changed' });
    return structuredClone(saved);
  };
  const answer = (id: number, subject: string, more: Partial<Draft>): Draft => ({
    id: null,
    account: letter(id).account,
    to: [],
    cc: [],
    bcc: [],
    subject,
    text: '',
    in_reply_to: letter(id).message_id,
    references: [letter(id).message_id],
    attachments: [],
    ...more,
  });
  const guess = (email: string, mode: 'imap' | 'pop3', verified: boolean) => {
    const host = `mail.${email.slice(email.lastIndexOf('@') + 1)}`;
    return {
      incoming: { host, port: mode === 'imap' ? 993 : 995, security: 'tls' as const },
      outgoing: { host, port: 465, security: 'tls' as const },
      user: email,
      verified,
      needs_consent: verified && !email.endsWith('.test'),
    };
  };

  const sampleAccounts = {
    get: (id: number) => accounts.find((one) => one.id === id) ?? failIdle(),
    put: (account: Account) => (accounts = accounts.map((one) => (one.id === account.id ? account : one))),
  };

  const copies = copiesOf(
    mail,
    () => [...drafts.values()].map(({ draft }) => draft.account),
    Number(options.get('more')),
  );

  const handlers: Handlers = {
    accounts_list: () => accounts,
    accounts_guess: ({ email, mode }) => guess(email, mode, false),
    accounts_find: async ({ email, mode }) => {
      await pause(700);
      return guess(email, mode, !email.endsWith('.invalid'));
    },
    accounts_add: async (add) => {
      await pause(900);
      if (add.password === 'wrong')
        throw failed('sign_in_refused', 'password', 'mail.north.test said: Authentication failed.');
      if (add.incoming.host === 'nowhere.test') throw failed('host_not_found', 'incoming');
      if (accounts.some((one) => one.email === add.email)) throw failed('already_there', 'email');
      const { password: _, ...kept } = add;
      const added = { ...kept, id: accounts.length + 1, status: accountsOf('empty', now)[0]?.status ?? failIdle() };
      accounts = [...accounts, added];
      emit({ event: 'accounts_changed' });
      return added;
    },
    accounts_sign_in: async ({ account, password }) => {
      await pause(600);
      if (password === 'wrong')
        throw failed('sign_in_refused', 'password', 'mail.north.test said: Authentication failed.');
      accounts = accounts.map((one) =>
        one.id === account ? { ...one, status: accountsOf('empty', now)[0]?.status ?? one.status } : one,
      );
      emit({ event: 'accounts_changed' });
      return accounts.find((one) => one.id === account) ?? failIdle();
    },
    accounts_remove: ({ account, agreed }) => {
      copies.guard({ kind: 'account', account }, agreed);
      accounts = accounts.filter((one) => one.id !== account);
      emit({ event: 'accounts_changed' });
      return {};
    },
    sync_now: () => ({}),
    mailboxes_list: () =>
      mail.boxes.filter((box) => accounts.some((one) => one.id === box.account)).map((box) => ({ ...box })),
    view_open: (view) => mail.open(view),
    view_window: (ask) => {
      const window = mail.window(ask);
      if (!window) throw failed('not_found', null, 'This view is not open.');
      return window;
    },
    view_close: ({ view }) => {
      mail.close(view);
      return {};
    },
    letter_open: ({ id }) => {
      const row = letter(id);
      return {
        row: { ...row },
        cc: id % 4 === 0 ? [{ name: 'Carol', email: 'carol@south.test' }] : [],
        bcc: [],
        reply_to: [],
        written: row.date,
        attachments: row.has_attachments
          ? [
              { part: 2, name: 'smtp-protocol.pdf', mime_type: 'application/pdf', size: 182_000, inline: false },
              { part: 3, name: 'route.png', mime_type: 'image/png', size: 64_000, inline: false },
            ]
          : [],
        text: row.snippet,
        has_html: true,
        remote_blocked: id % 3 === 0 ? 2 : 0,
        trackers_blocked: id % 3 === 0 ? 1 : 0,
      };
    },
    letter_fetch: ({ id }) => {
      const row = letter(id);
      const arrive = () => {
        mail.deliver(id);
        settle();
        emit({ event: 'letter_changed', id });
      };
      if (accounts.find((one) => one.id === row.account)?.status.state !== 'offline') setTimeout(arrive, fetching);
      return {};
    },
    ...letterActs(mail, journal, copies.guard, (ids) => {
      settle();
      for (const id of ids) emit({ event: 'letter_changed', id });
    }),
    undo_list: () => journal.list(),
    ...mailboxActs(mail, journal, copies.guard, settle),
    account_details: ({ account }) => {
      const found = accounts.find((one) => one.id === account);
      if (!found) throw failed('not_found', null, 'This account is not here any more.');
      const kept = { keep: keeps.get(account) ?? keepOf(scene), leave: copies.leave(account) };
      return detailsOf(found, mail, kept, now);
    },
    account_keep: ({ account, keep }) => {
      keeps.set(account, keep);
      return {};
    },
    ...modeActs(sampleAccounts, mail, emit, changing),
    ...guardActs(copies, sampleAccounts, mail, emit, changing, settle),
    attachment_save: ({ path }) => ({ path }),
    attachment_export: () => ({ path: '/tmp/sample' }),
    compose_reply: ({ id, all, quote_line }) => {
      const row = letter(id);
      return answer(id, `Re: ${row.subject}`, {
        to: [row.from.name ? `${row.from.name} <${row.from.email}>` : row.from.email],
        cc: all ? ['carol@south.test'] : [],
        text: `\n\n${quote_line}\n> Bonjour Alice,\n>\n> ${row.snippet}.\n`,
      });
    },
    compose_forward: ({ id }) => save(answer(id, `Fwd: ${letter(id).subject}`, { text: `\n\n${letter(id).snippet}` })),
    draft_save: (draft) => save(draft),
    drafts_list: () =>
      [...drafts.values()]
        .sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1))
        .map(({ draft, savedAt }): DraftRow => ({
          id: draft.id ?? 0,
          account: draft.account,
          to: draft.to,
          subject: draft.subject,
          snippet: draft.text.trim().slice(0, 120),
          saved_at: savedAt,
        })),
    draft_open: ({ id }) => draftOf(id),
    draft_remove: ({ id }) => {
      drafts.delete(id);
      emit({ event: 'drafts_changed' });
      return {};
    },
    draft_send: ({ id }) => {
      const draft = draftOf(id);
      const to = [...draft.to, ...draft.cc, ...draft.bcc];
      if (to.length === 0 || to.some((one) => !one.includes('@'))) throw failed('invalid_input', 'to');
      drafts.delete(id);
      const made = outboxOf('usual', now)[0];
      const sent = outbox.length + 10;
      if (made)
        outbox = [{ ...made, id: sent, subject: draft.subject, attempts: 0, reply: '', next_at: null }, ...outbox];
      emit({ event: 'drafts_changed' });
      emit({ event: 'outbox_changed' });
      return { outbox: sent };
    },
    outbox_list: () => outbox,
    outbox_retry: ({ id }) => {
      outbox = outbox.map((row) => (row.id === id ? { ...row, state: 'queued', reply: '' } : row));
      emit({ event: 'outbox_changed' });
      return {};
    },
    outbox_cancel: ({ id }) => {
      const row = outbox.find((one) => one.id === id);
      if (!row) throw failed('not_found', null);
      outbox = outbox.filter((one) => one.id !== id);
      emit({ event: 'outbox_changed' });
      return save({ ...blank(row.account), subject: row.subject, to: row.recipients.map((one) => one.email) });
    },
    vault_status: () => ({ state: vault, message: '' }),
    vault_unlock: ({ passphrase }) => {
      if (passphrase === 'wrong') throw failed('wrong_passphrase', null);
      vault = 'open';
      return { state: vault, message: '' };
    },
  };

  return {
    async call(name, args) {
      await pause(delay);
      const handler = handlers[name as keyof Commands] as ((args: unknown) => unknown) | undefined;
      if (!handler) throw failed('internal', null, `no command ${name}`);
      return structuredClone(await handler(args));
    },
    subscribe(listener) {
      listeners.push(listener);
      return Promise.resolve();
    },
    pickFiles: () => Promise.resolve(['/home/alice/smtp-protocol.pdf']),
    saveAs: (name) => Promise.resolve(`/home/alice/${name}`),
    openPath: () => Promise.resolve(),
    letterUrl: (id, theme) => letterPage(letter(id), theme),
    emit,
    arrive() {
      const inbox = mail.boxes[0];
      if (!inbox) return;
      mail.arrive(inbox, Date.now());
      settle();
    },
  };
}

function failIdle(): never {
  throw failed('internal', null, 'no such account');
}

function blank(account: number): Draft {
  return {
    id: null,
    account,
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    text: '',
    in_reply_to: '',
    references: [],
    attachments: [],
  };
}
