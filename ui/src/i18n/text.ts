// Every visible sentence, by its Fluent id, in the person's language.
import { FluentBundle, FluentResource } from '@fluent/bundle';
import type { FluentVariable } from '@fluent/bundle';
import en from './en.ftl?raw';
import fr from './fr.ftl?raw';

const sources = { en, fr };
export type Language = keyof typeof sources;

/** The languages there are, English first: it is what stands in for a missing sentence. */
export const languages = Object.keys(sources) as Language[];

/** The first of the person's languages that Pli speaks. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languages.find((known) => tag.toLowerCase().split('-')[0] === known);
    if (found) return found;
  }
  return 'en';
}

function bundle(language: Language): FluentBundle {
  // Isolation marks would end up in what is copied and read aloud; names stand in <bdi> instead.
  const made = new FluentBundle(language, { useIsolating: false });
  const errors = made.addResource(new FluentResource(sources[language]));
  if (errors.length > 0) throw errors[0] ?? new Error(language);
  return made;
}

/** The language of the window; fixed while it runs. */
export const language: Language = pickLanguage(typeof navigator === 'undefined' ? ['en'] : navigator.languages);

/** The tag to format dates and numbers by: the person's own region where it speaks the window's language. */
export const locale: string =
  (typeof navigator === 'undefined' ? [] : navigator.languages).find((tag) => tag.startsWith(language)) ?? language;

const bundles = [...new Set<Language>([language, 'en'])].map(bundle);

/** The sentence with that id. An unknown id shows itself, so that it is noticed; a test keeps it from happening. */
export function t(id: string, args?: Record<string, FluentVariable>): string {
  for (const candidate of bundles) {
    const message = candidate.getMessage(id);
    if (message?.value) return candidate.formatPattern(message.value, args ?? null, []);
  }
  return id;
}

/** Whether there is a sentence with that id. */
export function has(id: string): boolean {
  return bundles.some((candidate) => candidate.hasMessage(id));
}
