// What the screen needs from the program around it. One door, so that the same screen runs in Tauri, in a plain
// browser on sample mail, and in tests.
import type { Event } from '../ipc/bindings';

/** How a letter's page is drawn. */
export type Theme = 'light' | 'dark';

export interface Host {
  /** Runs a command of the contract; rejects with an `ApiError`. */
  call(name: string, args: unknown): Promise<unknown>;
  /** Hands every event to `listener`, for as long as the program runs. */
  subscribe(listener: (event: Event) => void): Promise<void>;
  /** Asks for files to attach; absolute paths, empty when the person thinks better of it. */
  pickFiles(): Promise<string[]>;
  /** Asks where to write a file; null when the person thinks better of it. */
  saveAs(suggestedName: string): Promise<string | null>;
  /** Opens a file with the program that is made for it. */
  openPath(path: string): Promise<void>;
  /** The address of a letter's page, for a sandboxed frame. */
  letterUrl(id: number, theme: Theme): string;
}

let current: Host | undefined;

/** Sets the host; once, before anything is shown. Tests set their own. */
export function setHost(host: Host): void {
  current = host;
}

/** The host. */
export function host(): Host {
  if (!current) throw new Error('no host was set');
  return current;
}
