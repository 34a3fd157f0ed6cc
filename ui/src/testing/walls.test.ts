// @vitest-environment node
// The walls between folders are held by ESLint; this holds that ESLint really sees them.
import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

async function complaints(file: string, line: string): Promise<string[]> {
  const [result] = await new ESLint().lintText(`${line}\n`, { filePath: file });
  return (result?.messages ?? []).filter((one) => one.ruleId === 'no-restricted-imports').map((one) => one.message);
}

const wrong: [file: string, line: string][] = [
  ['src/state/x.ts', "import '@tauri-apps/api/core';"],
  ['src/ipc/x.ts', "import { open } from '@tauri-apps/plugin-dialog';"],
  ['src/state/x.ts', "import '../host/host';"],
  ['src/features/reader/x.ts', "import '../../ipc/call';"],
  ['src/features/reader/x.ts', "import '../composer/recipients';"],
  ['src/state/x.ts', "import '../features/reader/x';"],
  ['src/shared/x.ts', "import '../state/app.svelte';"],
  ['src/host/x.ts', "import '../ipc/call';"],
  ['src/views/x.ts', "import '../testing/host';"],
];
const right: [file: string, line: string][] = [
  ['src/host/x.ts', "import '@tauri-apps/api/core';"],
  ['src/host/sample/x.ts', "import type { Event } from '../../ipc/bindings';"],
  ['src/state/x.ts', "import '../ipc/call';"],
  ['src/features/reader/x.ts', "import '../../state/context';"],
  ['src/features/reader/x.ts', "import './People.svelte';"],
  ['src/views/x.ts', "import '../features/reader/ReaderPane.svelte';"],
];

it('refuses imports that go up or aside', { timeout: 30_000 }, async () => {
  for (const [file, line] of wrong)
    expect([file, line, (await complaints(file, line)).length]).toEqual([file, line, 1]);
});

it('lets imports that go down pass', { timeout: 30_000 }, async () => {
  for (const [file, line] of right) expect([file, line, await complaints(file, line)]).toEqual([file, line, []]);
});
