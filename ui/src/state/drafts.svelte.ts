// Letters that are being written and lie in the drawer.
import { call } from '../ipc/call';
import type { DraftRow } from '../ipc/bindings';

export class Drafts {
  list = $state.raw<DraftRow[]>([]);

  private asked = 0;

  async load(): Promise<void> {
    this.asked += 1;
    const asked = this.asked;
    const list = await call('drafts_list', {});
    if (asked === this.asked) this.list = list;
  }

  async remove(id: number): Promise<void> {
    await call('draft_remove', { id });
    await this.load();
  }
}
