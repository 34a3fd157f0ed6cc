// What a person does with a file that came with a letter. The bytes never pass through the screen.
import { t } from '../i18n/text';
import { call } from '../ipc/call';
import type { Attachment } from '../ipc/bindings';
import { openPath, saveAs } from '../ipc/host';
import type { Toasts } from '../shared/toasts.svelte';
import { problemOf } from './problem';
import { runs } from './runnable';

/** Writes the file to a temporary place and opens it with the program that is made for it. One that would run is not opened. */
export function exportAndOpen(toasts: Toasts, id: number, file: Attachment): Promise<void> {
  if (runs(file.name)) {
    toasts.error(t('attachment-runs', { name: file.name }), {
      title: t('save'),
      run: () => void saveAttachment(toasts, id, file),
    });
    return Promise.resolve();
  }
  return guarded(toasts, async () => {
    const { path } = await call('attachment_export', { id, part: file.part });
    await openPath(path);
  });
}

/** Asks where to, and writes the file there. */
export function saveAttachment(toasts: Toasts, id: number, file: Attachment): Promise<void> {
  return guarded(toasts, async () => {
    const path = await saveAs(file.name);
    if (path === null) return;
    await call('attachment_save', { id, part: file.part, path });
    toasts.say(t('attachment-saved', { name: file.name }));
  });
}

async function guarded(toasts: Toasts, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    toasts.error(problemOf(thrown));
  }
}
