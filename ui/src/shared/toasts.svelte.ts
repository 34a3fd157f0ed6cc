// Short words about what happened, at the foot of the window, with at most one verb to click.

export interface Toast {
  id: number;
  text: string;
  kind: 'plain' | 'error';
  action?: { title: string; run: () => void };
}

/** How long a toast stays, in milliseconds; longer when there is something to click or to worry about. */
const STAY = { plain: 3_000, action: 8_000, error: 9_000 };

/** Toasts shown at once; the oldest makes room. */
const MOST = 3;

export class Toasts {
  list = $state.raw<Toast[]>([]);

  private next = 1;
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Says something; stays longer when there is an action. Answers the toast's number. */
  say(text: string, action?: Toast['action']): number {
    return this.add({ text, kind: 'plain', ...(action ? { action } : {}) }, action ? STAY.action : STAY.plain);
  }

  /** Says that something went wrong. */
  error(text: string, action?: Toast['action']): number {
    return this.add({ text, kind: 'error', ...(action ? { action } : {}) }, STAY.error);
  }

  dismiss(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  private add(toast: Omit<Toast, 'id'>, stay: number): number {
    const id = this.next++;
    for (const old of this.list.slice(0, Math.max(0, this.list.length + 1 - MOST))) this.dismiss(old.id);
    this.list = [...this.list, { ...toast, id }];
    this.timers.set(
      id,
      setTimeout(() => this.dismiss(id), stay),
    );
    return id;
  }
}
