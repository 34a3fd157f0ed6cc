// The letter being written: at most one is open, and leaving it never loses it.
import { t } from '../i18n/text';
import { mediumTime } from '../i18n/format';
import { call } from '../ipc/call';
import type { Draft, Letter } from '../ipc/bindings';
import type { Toasts } from '../shared/toasts.svelte';
import { blankDraft, Composer } from './composer.svelte';
import { problemOf } from './problem';

export class Desk {
  composer = $state.raw<Composer | null>(null);

  private opening = 0;

  constructor(
    private readonly toasts: Toasts,
    private readonly done: { sent: () => void; changed: () => void },
  ) {}

  /** A new letter from that account. */
  compose(account: number): Promise<void> {
    return this.open(() => Promise.resolve(blankDraft(account)), false);
  }

  reply(letter: Letter, all: boolean): Promise<void> {
    const { row, written } = letter;
    const quote_line = t('quote-line', {
      date: mediumTime(new Date(written ?? row.date)),
      who: row.from.name || row.from.email,
    });
    return this.open(() => call('compose_reply', { id: row.id, all, quote_line }), false);
  }

  forward(id: number): Promise<void> {
    return this.open(() => call('compose_forward', { id }), false);
  }

  /** Goes on with a draft. */
  resume(id: number): Promise<void> {
    return this.open(() => call('draft_open', { id }), true);
  }

  /** Shows a draft that was handed back by the outbox. */
  take(draft: Draft): Promise<void> {
    return this.open(() => Promise.resolve(draft), true);
  }

  /** Closes the letter being written; it stays a draft when anything was written. False when it could not be saved. */
  async leave(): Promise<boolean> {
    const composer = this.composer;
    if (!composer) return true;
    const left = await composer.leave();
    if (left === 'stuck') {
      this.toasts.error(t('draft-not-saved'));
      return false;
    }
    if (this.composer === composer) this.composer = null;
    if (left === 'kept' && composer.touched) {
      const id = composer.id;
      this.toasts.say(t('draft-kept'), id === null ? undefined : { title: t('open'), run: () => void this.resume(id) });
    }
    this.done.changed();
    return true;
  }

  /** Throws the letter being written away. */
  async discard(): Promise<void> {
    const composer = this.composer;
    if (!composer) return;
    this.composer = null;
    await composer.discard().catch((thrown: unknown) => this.toasts.error(problemOf(thrown)));
    this.done.changed();
  }

  /** Sends the letter being written. It stays open when it cannot be sent. */
  async send(): Promise<void> {
    const composer = this.composer;
    if (!composer || !(await composer.send())) return;
    if (this.composer === composer) this.composer = null;
    this.toasts.say(t('letter-on-its-way'));
    this.done.sent();
  }

  private async open(make: () => Promise<Draft>, old: boolean): Promise<void> {
    this.opening += 1;
    const opening = this.opening;
    if (!(await this.leave())) return;
    try {
      const draft = await make();
      if (opening === this.opening) this.composer = new Composer(draft, old);
    } catch (thrown) {
      this.toasts.error(problemOf(thrown));
    }
  }
}
