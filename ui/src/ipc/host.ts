// What the screen asks of the host besides commands, handed on so that state need not know the host.
import { host } from '../host/host';
import type { Theme } from '../host/host';

export type { Theme };

export const pickFiles = (): Promise<string[]> => host().pickFiles();
export const saveAs = (suggestedName: string): Promise<string | null> => host().saveAs(suggestedName);
export const openPath = (path: string): Promise<void> => host().openPath(path);
export const letterUrl = (id: number, theme: Theme): string => host().letterUrl(id, theme);
