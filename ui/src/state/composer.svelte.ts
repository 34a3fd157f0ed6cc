// A letter being written. It is saved on every pause; only an order to discard or to send ends it.
import { call, commandId, failureOf } from '../ipc/call';
import type { ApiError, Draft, DraftAttachment } from '../ipc/bindings';
import { pickFiles } from '../ipc/host';
import { Autosave } from './autosave';
import type { SaveState } from './autosave';
import { splitRecipients } from './recipients';

/** The three lists of recipients. */
export type Recipients = 'to' | 'cc' | 'bcc';

/** A draft with nothing in it. */
export function blankDraft(account: number): Draft {
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

export class Composer {
  account = $state(0);
  to = $state.raw<string[]>([]);
  cc = $state.raw<string[]>([]);
  bcc = $state.raw<string[]>([]);
  /** What is being typed into each list and is no entry yet. It is saved and sent like one. */
  pending = $state<Record<Recipients, string>>({ to: '', cc: '', bcc: '' });
  subject = $state('');
  text = $state('');
  attachments = $state.raw<DraftAttachment[]>([]);
  saveState = $state<SaveState>('clean');
  saved = $state(false);
  sending = $state(false);
  /** Why it was not saved or sent; `field` names the part at fault. */
  failure = $state.raw<ApiError | null>(null);
  /** Whether the person wrote anything since it was opened. */
  touched = $state(false);
  id = $state<number | null>(null);

  private readonly kept: Pick<Draft, 'in_reply_to' | 'references'>;
  /** Whether the draft existed before it was opened here, by the person's own hand. */
  private readonly old: boolean;
  private readonly command = commandId();
  private readonly autosave = new Autosave<Draft>(
    () => this.draft(),
    (draft) => this.save(draft),
    (state, error) => this.told(state, error),
  );

  /** `old` says that the draft was written before: then closing it untouched must not throw it away. */
  constructor(draft: Draft, old: boolean) {
    this.account = draft.account;
    this.to = draft.to;
    this.cc = draft.cc;
    this.bcc = draft.bcc;
    this.subject = draft.subject;
    this.text = draft.text;
    this.attachments = draft.attachments;
    this.id = draft.id;
    this.kept = { in_reply_to: draft.in_reply_to, references: draft.references };
    this.old = old;
  }

  /** To be told after every change by the person. */
  changed(): void {
    this.touched = true;
    if (this.failure && this.saveState !== 'failed') this.failure = null;
    this.autosave.change();
  }

  setRecipients(field: Recipients, entries: string[]): void {
    this[field] = entries;
    this.changed();
  }

  /** Asks for files and attaches them. */
  async attach(): Promise<void> {
    this.attachPaths(await pickFiles());
  }

  attachPaths(paths: string[]): void {
    const known = new Set(this.attachments.map((file) => file.path));
    const added = paths
      .filter((path) => !known.has(path))
      // Type and size are the engine's to find; its answer to the next save brings them.
      .map((path) => ({ name: fileName(path), mime_type: '', size: 0, path, held: null }));
    if (added.length === 0) return;
    this.attachments = [...this.attachments, ...added];
    this.changed();
  }

  detach(file: DraftAttachment): void {
    this.attachments = this.attachments.filter((other) => other !== file);
    this.changed();
  }

  /** Sends it. True when it is in the outbox; false when `failure` says why not. Said twice, it is sent once. */
  async send(): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    this.failure = null;
    try {
      await this.flushAll();
      await this.autosave.stop();
      if (this.id === null) return false;
      await call('draft_send', { command: this.command, id: this.id, utc_offset: -new Date().getTimezoneOffset() });
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.autosave.resume();
      return false;
    } finally {
      this.sending = false;
    }
  }

  /** Leaves it. `kept`: it stays among the drafts. `gone`: there was nothing to keep. `stuck`: it could not be saved and must not be closed. */
  async leave(): Promise<'kept' | 'gone' | 'stuck'> {
    if (!this.touched) {
      await this.autosave.stop();
      if (this.old) return 'kept';
      // A forwarded letter is saved before a word is written; untouched, it leaves nothing behind.
      if (this.id !== null) await call('draft_remove', { id: this.id }).catch(() => undefined);
      return 'gone';
    }
    try {
      await this.autosave.flush();
      await this.autosave.stop();
      return 'kept';
    } catch {
      return 'stuck';
    }
  }

  /** Throws it away. */
  async discard(): Promise<void> {
    await this.autosave.stop();
    if (this.id !== null) await call('draft_remove', { id: this.id });
  }

  /** Saves now; for when the window is about to close. */
  flush(): Promise<void> {
    return this.autosave.flush();
  }

  private async flushAll(): Promise<void> {
    // An untouched answer was never saved, and only what is saved can be sent.
    if (this.id === null) this.autosave.change();
    await this.autosave.flush();
  }

  private draft(): Draft {
    return {
      id: this.id,
      account: this.account,
      to: this.recipients('to'),
      cc: this.recipients('cc'),
      bcc: this.recipients('bcc'),
      subject: this.subject,
      text: this.text,
      ...this.kept,
      attachments: this.attachments.map((file) => ({ ...file })),
    };
  }

  private recipients(field: Recipients): string[] {
    return [...this[field], ...splitRecipients(this.pending[field])];
  }

  private async save(draft: Draft): Promise<void> {
    const before = this.attachments;
    const answer = await call('draft_save', draft);
    this.id = answer.id;
    // What was typed meanwhile stands. Of the answer only what the engine alone knows is taken.
    if (this.attachments === before) this.attachments = answer.attachments;
  }

  private told(state: SaveState, error?: unknown): void {
    this.saveState = state;
    if (state === 'clean') {
      this.saved = true;
      if (!this.sending) this.failure = null;
    }
    if (state === 'failed') this.failure = failureOf(error);
  }
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
