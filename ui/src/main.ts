// The first line that runs: choose the host, then show the screen.
import { mount } from 'svelte';
import { setHost } from './host/host';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import App from './views/App.svelte';

async function start() {
  if (import.meta.env.MODE === 'sample') {
    const { sampleHost } = await import('./host/sample/host');
    setHost(sampleHost(new URLSearchParams(location.search)));
  } else {
    const { tauriHost } = await import('./host/tauri');
    setHost(tauriHost);
  }
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}

void start();
