// A host for tests, whose answers are given by hand: in any order, late, or never.
import { setHost } from '../host/host';
import type { Commands, Event } from '../ipc/bindings';

interface Asked {
  name: string;
  args: unknown;
  answer: (value: unknown) => void;
  fail: (error: unknown) => void;
}

type Handlers = { [N in keyof Commands]?: (args: Commands[N]['args']) => unknown };

export class FakeHost {
  /** Commands that no handler answers, oldest first. */
  readonly open: Asked[] = [];
  /** Every command that was called. */
  readonly calls: { name: string; args: unknown }[] = [];
  readonly picked: string[] = [];
  private readonly listeners: ((event: Event) => void)[] = [];

  constructor(private readonly handlers: Handlers = {}) {
    setHost({
      call: (name, args) => this.call(name, args),
      subscribe: (listener) => {
        this.listeners.push(listener);
        return Promise.resolve();
      },
      pickFiles: () => Promise.resolve(this.picked),
      saveAs: () => Promise.resolve(null),
      openPath: () => Promise.resolve(),
      letterUrl: () => 'about:blank',
    });
  }

  /** Takes the oldest open command of that name, to be answered. */
  take(name: keyof Commands): Asked {
    const at = this.open.findIndex((one) => one.name === name);
    const found = this.open[at];
    if (!found) throw new Error(`${name} was not called; open: ${this.open.map((one) => one.name).join(', ')}`);
    this.open.splice(at, 1);
    return found;
  }

  called(name: keyof Commands): unknown[] {
    return this.calls.filter((one) => one.name === name).map((one) => one.args);
  }

  emit(event: Event): void {
    this.listeners.forEach((listener) => listener(event));
  }

  private call(name: string, args: unknown): Promise<unknown> {
    this.calls.push({ name, args: structuredClone(args) });
    const handler = this.handlers[name as keyof Commands] as ((args: unknown) => unknown) | undefined;
    if (handler) return Promise.resolve().then(() => handler(args));
    return new Promise((answer, fail) => this.open.push({ name, args, answer, fail }));
  }
}

/** An error as the engine sends it. */
export const apiError = (code: string, field: string | null = null, count: number | null = null) => ({
  code,
  message: '',
  retryable: false,
  field,
  count,
});
