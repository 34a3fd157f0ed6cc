// What a person does to letters: at once on the screen, taken back with one click where that is possible.
import { t } from '../i18n/text';
import { call, commandId } from '../ipc/call';
import type { Moved, Role } from '../ipc/bindings';
import type { Toasts } from '../shared/toasts.svelte';
import { problemOf } from './problem';

export class Acts {
  constructor(private readonly toasts: Toasts) {}

  /** Marks letters. */
  async mark(ids: number[], marks: { seen?: boolean; flagged?: boolean }): Promise<void> {
    await this.guarded(() =>
      call('letters_mark', { command: commandId(), ids, seen: marks.seen ?? null, flagged: marks.flagged ?? null }),
    );
  }

  /** Moves letters to the mailbox of that role in their account. */
  async moveTo(ids: number[], role: Extract<Role, 'trash' | 'archive' | 'junk'>): Promise<void> {
    const moved = await this.guarded(() => call('letters_to', { command: commandId(), ids, role }));
    if (moved) this.offerUndo(t(`moved-to-${role}`, { count: ids.length }), moved);
  }

  /** Moves letters to a mailbox of their account. */
  async move(ids: number[], mailbox: number, name: string): Promise<void> {
    const moved = await this.guarded(() => call('letters_move', { command: commandId(), ids, mailbox }));
    if (moved) this.offerUndo(t('moved-to-mailbox', { count: ids.length, name }), moved);
  }

  private offerUndo(text: string, moved: Moved): void {
    this.toasts.say(text, { title: t('undo'), run: () => void this.moveBack(moved) });
  }

  private async moveBack(moved: Moved): Promise<void> {
    for (const group of moved.from) {
      await this.guarded(() => call('letters_move', { command: commandId(), ids: group.ids, mailbox: group.mailbox }));
    }
  }

  private async guarded<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (thrown) {
      this.toasts.error(problemOf(thrown));
      return null;
    }
  }
}
