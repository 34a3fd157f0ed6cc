// The app's view models, reachable from every component without being handed down.
import { getContext, setContext } from 'svelte';
import type { Command } from '../shared/keymap';
import type { App } from './app.svelte';

const APP = Symbol('app');
const COMMANDS = Symbol('commands');

export const provideApp = (app: App): App => setContext(APP, app);
export const useApp = (): App => getContext(APP);
export const provideCommands = (commands: readonly Command[]): readonly Command[] => setContext(COMMANDS, commands);
export const useCommands = (): readonly Command[] => getContext(COMMANDS);

/** The command with that id. */
export function useCommand(id: string): Command {
  const found = useCommands().find((command) => command.id === id);
  if (!found) throw new Error(`no command ${id}`);
  return found;
}
