// The desktop shell as host. The only file that knows Tauri.
import { Channel, convertFileSrc, invoke } from '@tauri-apps/api/core';
import { open, save } from '@tauri-apps/plugin-dialog';
import { openPath } from '@tauri-apps/plugin-opener';
import type { Event } from '../ipc/bindings';
import type { Host } from './host';

export const tauriHost: Host = {
  call: (name, args) => invoke('call', { name, args }),

  async subscribe(listener) {
    const channel = new Channel<Event>();
    channel.onmessage = listener;
    await invoke('subscribe', { channel });
  },

  async pickFiles() {
    return (await open({ multiple: true })) ?? [];
  },

  saveAs: (suggestedName) => save({ defaultPath: suggestedName }),

  openPath: (path) => openPath(path),

  // `convertFileSrc` knows each system's way to write a custom scheme; it would escape the query, so that is added after.
  letterUrl: (id, theme) => `${convertFileSrc('', 'letter')}${id}?theme=${theme}`,
};
