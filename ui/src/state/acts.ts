// What a person does to letters: at once on the screen, and taken back with one key.
import { number } from '../i18n/format';
import { t } from '../i18n/text';
import { call, commandId } from '../ipc/call';
import type { Role } from '../ipc/bindings';
import type { Undo } from './undo';

export class Acts {
  constructor(private readonly undo: Undo) {}

  /** Marks letters. */
  async mark(ids: number[], marks: { seen?: boolean; flagged?: boolean }): Promise<void> {
    const command = commandId();
    await this.undo.attempt(
      call('letters_mark', { command, ids, seen: marks.seen ?? null, flagged: marks.flagged ?? null }),
    );
  }

  /** Moves letters to the mailbox of that role in their account. To junk they are marked as such, to the inbox as none. */
  async moveTo(ids: number[], role: Extract<Role, 'trash' | 'archive' | 'junk' | 'inbox'>): Promise<void> {
    const command = commandId();
    if (await this.undo.attempt(call('letters_to', { command, ids, role })))
      this.undo.offer(t(`moved-to-${role}`, counted(ids)), { command, what: 'move' });
  }

  /** Moves letters to a mailbox of their account. */
  async move(ids: number[], mailbox: number, name: string): Promise<void> {
    const command = commandId();
    if (await this.undo.attempt(call('letters_move', { command, ids, mailbox })))
      this.undo.offer(t('moved-to-mailbox', { ...counted(ids), name }), { command, what: 'move' });
  }

  /** Copies letters to a mailbox of their account. */
  async copy(ids: number[], mailbox: number, name: string): Promise<void> {
    const command = commandId();
    if (await this.undo.attempt(call('letters_copy', { command, ids, mailbox })))
      this.undo.offer(t('copied-to-mailbox', { ...counted(ids), name }), { command, what: 'copy' });
  }

  /** Deletes letters for good, with so many last copies at most. Ask before. Rejects when nothing was done. */
  async deleteForGood(ids: number[], agreed: number): Promise<void> {
    const command = commandId();
    await this.undo.follow(call('letters_delete', { command, ids, agreed }));
    this.undo.offer(t('deleted-for-good', counted(ids)), { command, what: 'delete' });
  }
}

function counted(ids: number[]): { count: number; number: string } {
  return { count: ids.length, number: number(ids.length) };
}
