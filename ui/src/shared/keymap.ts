// Keys to commands. A binding is written `Mod+Enter`, `Shift+ArrowDown`, `?`, or a sequence with a space: `g i`. `Mod` is Command
// on a Mac and Control elsewhere.

/** Time within which a sequence must be finished, in milliseconds. */
const SEQUENCE = 1_000;

export interface Command {
  readonly id: string;
  /** Fluent id of its title. */
  readonly title: string;
  /** Fluent id of the group that it stands in on the help sheet. */
  readonly group: string;
  readonly keys: readonly string[];
  /** Whether it can be run now. */
  readonly when?: () => boolean;
  readonly run: () => void;
}

/** What of a key press matters here; `KeyboardEvent` has it all. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

export class Keymap {
  private readonly bindings: { steps: string[]; command: Command }[];
  private pending: string[] = [];
  private pendingSince = 0;

  constructor(
    commands: readonly Command[],
    private readonly mac: boolean,
  ) {
    this.bindings = commands.flatMap((command) => command.keys.map((keys) => ({ steps: keys.split(' '), command })));
  }

  /**
   * The command that this press asks for, or null. `typing` says that the press belongs to a field: then only bindings with
   * `Mod`, and Escape, are heard. `now` in milliseconds.
   */
  find(press: Press, typing: boolean, now: number): Command | null {
    const step = this.stepOf(press);
    if (step === null || (typing && !step.startsWith('Mod+') && step !== 'Escape')) return null;
    const before = now - this.pendingSince <= SEQUENCE ? this.pending : [];
    for (const steps of before.length > 0 ? [[...before, step], [step]] : [[step]]) {
      const matching = this.bindings.filter(({ steps: wanted }) => steps.every((one, i) => wanted[i] === one));
      const whole = matching.filter(({ steps: wanted }) => wanted.length === steps.length);
      const ready = whole.find(({ command }) => command.when?.() ?? true);
      if (ready) {
        this.pending = [];
        return ready.command;
      }
      if (matching.length > whole.length) {
        this.pending = steps;
        this.pendingSince = now;
        return null;
      }
    }
    this.pending = [];
    return null;
  }

  /** A press as bindings are written; null for a modifier alone. */
  private stepOf(press: Press): string | null {
    const { key } = press;
    if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Unidentified'].includes(key)) return null;
    const mod = this.mac ? press.metaKey : press.ctrlKey;
    const other = this.mac ? press.ctrlKey : press.metaKey;
    // AltGr reports Control and Alt together and is how many layouts type `#` or `@`.
    const altGr = press.ctrlKey && press.altKey && key.length === 1;
    if ((other || press.altKey) && !altGr) return null;
    const letter = /^\p{L}$/u.test(key);
    // A sign such as `?` has used up its Shift; a letter or a named key has not.
    const shift = press.shiftKey && (letter || key.length > 1) ? 'Shift+' : '';
    return `${mod && !altGr ? 'Mod+' : ''}${shift}${letter ? key.toLowerCase() : key}`;
  }
}

const NAMES: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: '↵',
  Escape: 'Esc',
  Delete: 'Del',
  Backspace: '⌫',
  ContextMenu: '☰',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** A binding as keycaps to show: `['Ctrl', '↵']`, or one list a step of a sequence. */
export function keycaps(binding: string, mac: boolean): string[][] {
  return binding.split(' ').map((step) =>
    step.split(/\+(?=.)/).map((key) => {
      if (key === 'Mod') return mac ? '⌘' : 'Ctrl';
      if (key === 'Shift') return mac ? '⇧' : 'Shift';
      return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
    }),
  );
}

/** Whether a key press at that element is text being written, or the element's own to use. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'))
    return true;
  if (target.matches('input[type=radio]')) return key.startsWith('Arrow') || key === ' ';
  return target.matches('button, a, summary, [role=menuitem]') && (key === 'Enter' || key === ' ');
}
