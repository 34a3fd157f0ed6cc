// Taking acts back. What an act did is remembered by the engine, for longer than the window lives; here is only which act is
// the last one, and what is said.
import { number } from '../i18n/format';
import { t } from '../i18n/text';
import { call, commandId, failureOf, isAside } from '../ipc/call';
import type { UndoRow, Undone } from '../ipc/bindings';
import type { Toasts } from '../shared/toasts.svelte';
import { problemOf } from './problem';

/** An act, as far as taking it back needs to know it. */
export type Act = Pick<UndoRow, 'command' | 'what'>;

export class Undo {
  /** Acts that were taken back since the window was opened, or that cannot be. */
  private readonly over = new Set<string>();
  private readonly offers = new Map<string, number>();
  private readonly underWay = new Set<Promise<unknown>>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly toasts: Toasts) {}

  /** Says what was done, with a button that takes it back. */
  offer(text: string, act: Act): void {
    this.offers.set(act.command, this.toasts.say(text, { title: t('undo'), run: () => void this.take(act) }));
  }

  /** An act is on its way to the engine: taking back the last one waits until it has arrived. */
  async follow<T>(act: Promise<T>): Promise<T> {
    this.underWay.add(act);
    try {
      return await act;
    } finally {
      this.underWay.delete(act);
    }
  }

  /** The same for an act whose failure has no place of its own to be shown: it is said. Whether the act was done. */
  async attempt(act: Promise<unknown>): Promise<boolean> {
    try {
      await this.follow(act);
      return true;
    } catch (thrown) {
      this.toasts.error(problemOf(thrown));
      return false;
    }
  }

  /** Takes the last act back; said again, the one before. */
  last(): Promise<void> {
    return this.inTurn(async () => {
      await Promise.allSettled(this.underWay);
      const acts = await call('undo_list', {});
      const act = acts.find(({ command }) => !isAside(command) && !this.over.has(command));
      if (act) await this.back(act);
      else this.toasts.say(t('nothing-to-undo'));
    });
  }

  /** Takes this act back. */
  take(act: Act): Promise<void> {
    return this.inTurn(() => (this.over.has(act.command) ? Promise.resolve() : this.back(act)));
  }

  private async back({ command, what }: Act): Promise<void> {
    try {
      const undone = await call('undo', { command, as: commandId('undo') });
      this.over.add(command);
      this.withdraw(command);
      this.say(what, undone);
    } catch (thrown) {
      // One that can never be taken back must not stand in the way of those before it.
      if (!failureOf(thrown).retryable) this.over.add(command);
      throw thrown;
    }
  }

  private say(what: Act['what'], { letters, lost }: Undone): void {
    const back = t(`undone-${what}`, { count: letters, number: number(letters) });
    const gone = t('undone-lost', { count: lost, number: number(lost) });
    if (lost === 0) this.toasts.say(back);
    else this.toasts.error(letters > 0 ? `${back} ${gone}` : gone);
  }

  /** The offer to take an act back goes with the act. */
  private withdraw(command: string): void {
    const offer = this.offers.get(command);
    this.offers.delete(command);
    if (offer !== undefined) this.toasts.dismiss(offer);
  }

  /** One after the other, however fast the keys come. */
  private inTurn(run: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(run).catch((thrown: unknown) => void this.toasts.error(problemOf(thrown)));
    return this.turn;
  }
}
