// A letter's page as the engine would make it: a document of its own, with its own air and its own colours.
import type { LetterRow } from '../../ipc/bindings';
import type { Theme } from '../host';

const escape = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

/** The page as a `data:` address. */
export function letterPage(row: LetterRow, theme: Theme): string {
  const ink = theme === 'dark' ? '#eceae4' : '#1c1c1a';
  const accent = theme === 'dark' ? '#86a8ff' : '#2457d6';
  const page = `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="${theme}">
<style>body{box-sizing:border-box;margin:0 auto;max-width:780px;padding:20px 48px;color:${ink};font:14.5px/1.6 system-ui,sans-serif}
a{color:${accent}}p{margin:0 0 12px}@media(max-width:560px){body{padding:16px 20px}}</style>
<p>Bonjour Alice,</p><p>${escape(row.snippet)}.</p>
<p>I have attached the drawing. The second page shows the same way for a letter written in a web page; from the provider on it is
the same road. More is <a href="https://example.org/" target="_blank" rel="noopener">written down here</a>.</p>
${'<p>The letter is longer than the window, so that one sees how it scrolls: by itself, below the header, which stays.</p>'.repeat(row.id % 3 === 0 ? 24 : 1)}
<p>À bientôt,<br>${escape(row.from.name || row.from.email)}</p>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(page)}`;
}
