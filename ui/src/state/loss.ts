// What would exist nowhere any more, in words.
import { number } from '../i18n/format';
import { t } from '../i18n/text';
import type { Guard } from './guard.svelte';

/** What of `total` letters that are to be deleted exists nowhere else. */
export function lossOf({ letters }: Guard, total: number): string {
  const which = letters < total ? 'some' : letters === 1 ? 'only' : 'all';
  return t('loss-letters', { which, count: letters, number: number(letters), total: number(Math.max(total, letters)) });
}

/** What of an account exists nowhere else: its letters, and what is not sent yet. */
export function accountLossOf({ letters, unsent }: Guard): string {
  const words = [
    letters > 0 ? t('loss-account', { count: letters, number: number(letters) }) : '',
    unsent > 0 ? t('loss-unsent', { count: unsent, number: number(unsent) }) : '',
  ];
  return words.filter((one) => one !== '').join(' ');
}

/** Letters that were deleted here, and that the server would not keep any longer either. */
export function leaveLossOf({ letters }: Guard): string {
  return t('loss-leave', { count: letters, number: number(letters) });
}

/** What is to be understood: the number, once more. */
export function understandingOf({ letters, unsent }: Guard): string {
  const count = letters + unsent;
  return t('loss-understood', { count, number: number(count) });
}
