// What went wrong, in the person's words, by the code of the error: the screen never matches on text.
import { has, t } from '../i18n/text';
import type { ApiError, Code } from '../ipc/bindings';
import { failureOf } from '../ipc/call';

export { failureOf };

/** One sentence on what is wrong and what to do about it. */
export function problemText(failure: ApiError): string {
  // Where no field is named, only the engine's own words tell what was not possible.
  if (failure.code === 'invalid_input' && !failure.field && failure.message) return failure.message;
  const own = `problem-${failure.code}-${failure.field ?? ''}`;
  if (has(own)) return t(own);
  const general = `problem-${failure.code}`;
  return has(general) ? t(general) : failure.message;
}

/** The engine's own words, where they add to the sentence. */
export function problemDetail(failure: ApiError): string {
  return failure.message === problemText(failure) ? '' : failure.message;
}

/** A few words on a class of problem, for a narrow place. */
export function problemShort(code: Code): string {
  return t(`short-${code}`);
}

/** What a form says by itself, before the engine is asked: something at that field is missing or wrong. */
export function invalidInput(field: string): ApiError {
  return { code: 'invalid_input', message: '', retryable: false, field, count: null };
}

/** One sentence on whatever was thrown. */
export function problemOf(thrown: unknown): string {
  return problemText(failureOf(thrown));
}
