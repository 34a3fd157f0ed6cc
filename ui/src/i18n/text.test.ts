import { FluentBundle, FluentResource } from '@fluent/bundle';
import { expect, it } from 'vitest';
import en from './en.ftl?raw';
import fr from './fr.ftl?raw';
import { has, pickLanguage, t } from './text';

const ids = (source: string) => [...source.matchAll(/^([a-z][\w-]*) =/gm)].map((match) => match[1] ?? '').sort();
const variables = (source: string, id: string) => {
  const start = source.search(new RegExp(`^${id} =`, 'm'));
  const rest = source.slice(start);
  const end = rest.slice(1).search(/^[a-z#]/m);
  const text = end < 0 ? rest : rest.slice(0, end + 1);
  return [...new Set([...text.matchAll(/\$(\w+)/g)].map((match) => match[1]))].sort();
};

it('every sentence is in both languages, once, with the same variables', () => {
  expect(ids(fr)).toEqual(ids(en));
  expect(new Set(ids(en)).size).toBe(ids(en).length);
  for (const id of ids(en)) expect([id, variables(fr, id)]).toEqual([id, variables(en, id)]);
});

it('every sentence can be read by Fluent', () => {
  for (const source of [en, fr]) {
    const resource = new FluentResource(source);
    expect(resource.body.map((one) => one.id).sort()).toEqual(ids(source));
    expect(new FluentBundle('en').addResource(resource)).toEqual([]);
  }
});

it('every id that is used exists, and every one that exists is used', () => {
  const sources = Object.entries(
    import.meta.glob<string>('../**/*.{svelte,ts}', { query: '?raw', import: 'default', eager: true }),
  ).filter(([path]) => !path.includes('.test.') && !path.includes('sample'));
  const all = sources.map(([, text]) => text).join('\n');
  const fixed = [...all.matchAll(/\bt\(\s*'([\w-]+)'/g)].map((match) => match[1] ?? '');
  expect(fixed.length).toBeGreaterThan(60);
  expect(fixed.filter((id) => !has(id))).toEqual([]);
  // Ids that are put together: `role-${...}` and the like.
  const begun = [...all.matchAll(/`([a-z]+-(?:[a-z]+-)*)\$\{/g)].map((match) => match[1] ?? '');
  const unused = ids(en).filter((id) => !all.includes(`'${id}'`) && !begun.some((start) => id.startsWith(start)));
  expect(unused).toEqual([]);
});

it('every error code has its words', async () => {
  const bindings = (await import('../ipc/bindings.ts?raw')).default;
  const codes = [...(/export type Code = ([^;]+);/.exec(bindings)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
    (one) => one[1] ?? '',
  );
  expect(codes.length).toBeGreaterThan(15);
  for (const code of codes) expect([code, has(`problem-${code}`), has(`short-${code}`)]).toEqual([code, true, true]);
});

it('counts as each language does', () => {
  expect(t('letters-selected', { count: 1 })).toBe('One letter selected');
  expect(t('letters-selected', { count: 12 })).toBe('12 letters selected');
  expect(t('remote-blocked', { count: 2, trackers: 1 })).toBe(
    '2 remote pictures were not loaded, one tracker left out.',
  );
  expect(t('remote-blocked', { count: 1, trackers: 0 })).toBe('One remote picture was not loaded.');
});

it('picks the first language that Pli speaks', () => {
  expect(pickLanguage(['de-AT', 'fr-CH', 'en'])).toBe('fr');
  expect(pickLanguage(['ja'])).toBe('en');
});
