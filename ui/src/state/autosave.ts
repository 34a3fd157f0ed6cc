// Saves what a person writes, on every pause: one save at a time, the newest value last, nothing after `stop`.

export type SaveState = 'clean' | 'dirty' | 'saving' | 'failed';

export class Autosave<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private dirty = false;
  private stopped = false;

  /**
   * `value` gives what is to be saved at the moment when a save begins; `told` hears every change of state.
   * `pause` and `retry` are in milliseconds.
   */
  constructor(
    private readonly value: () => T,
    private readonly save: (value: T) => Promise<void>,
    private readonly told: (state: SaveState, error?: unknown) => void,
    private readonly pause = 600,
    private readonly retry = 5_000,
  ) {}

  /** Something was written. */
  change(): void {
    if (this.stopped) return;
    this.dirty = true;
    this.told('dirty');
    this.after(this.pause);
  }

  /** Saves now what is not saved. Rejects when it cannot be; what was written stays to be saved. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.running) await this.running.catch(() => undefined);
    if (this.dirty && !this.stopped) await this.run();
  }

  /** Nothing is saved from now on. Resolves when a save that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running?.catch(() => undefined);
  }

  /** Goes on after `stop`: what was to be stopped for did not happen. */
  resume(): void {
    this.stopped = false;
    if (this.dirty) this.after(this.pause);
  }

  private after(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // `told` has heard of a failure; nobody waits for this one.
      if (this.running === null) void this.run().catch(() => undefined);
    }, delay);
  }

  private run(): Promise<void> {
    this.dirty = false;
    this.told('saving');
    this.running = this.save(this.value()).then(
      () => {
        this.running = null;
        this.told(this.dirty ? 'dirty' : 'clean');
        if (this.dirty && !this.stopped) this.after(this.pause);
      },
      (error: unknown) => {
        this.running = null;
        this.dirty = true;
        this.told('failed', error);
        if (!this.stopped) this.after(this.retry);
        throw error;
      },
    );
    return this.running;
  }
}
