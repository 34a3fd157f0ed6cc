// Rules of style, and the one rule of architecture: imports run views -> features -> state -> ipc -> host, and only
// `host` knows Tauri. `ipc/bindings` holds types alone, made from Rust, and is everybody's.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** What each folder of `src` may import besides itself. */
const floors = {
  host: [],
  ipc: ['host'],
  i18n: [],
  styles: [],
  shared: ['i18n'],
  state: ['ipc', 'shared', 'i18n'],
  features: ['state', 'shared', 'i18n'],
  views: ['features', 'state', 'shared', 'i18n'],
};
const folders = Object.keys(floors);

const walls = folders.map((folder) => {
  const closed = folders.filter((other) => other !== folder && !floors[folder].includes(other));
  const patterns = [
    {
      regex: `^(\\.\\./)+(?!ipc/bindings$)(${closed.join('|')}|testing)(/|$)`,
      message: `${folder} may import only: ${floors[folder].join(', ') || 'nothing'}.`,
    },
  ];
  if (folder !== 'host') patterns.push({ regex: '^@tauri-apps/', message: 'Only host knows Tauri.' });
  if (folder === 'features')
    patterns.push({
      regex: '^\\.\\./(?!\\.\\./)',
      message: 'Features do not know each other; views put them together.',
    });
  return {
    files: [`src/${folder}/**`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
});

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/ipc/bindings.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_$' }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-undef': 'off',
      // Collections are replaced, not changed, where the screen depends on them.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  ...walls,
);
