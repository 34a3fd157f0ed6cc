// Dates, numbers and sizes, by Intl. Formatters are costly to make and are made once.
import { locale, t } from './text';

const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const dayMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const numeric = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: '2-digit' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
const medium = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
const month = new Intl.DateTimeFormat(locale, { month: 'long' });
const monthYear = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const plain = new Intl.NumberFormat(locale);
const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });
const dayOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });

/** Whole days from `date` to `now` on the wall calendar: 0 today, 1 yesterday, negative in the future. */
export function daysAgo(date: Date, now: Date): number {
  const midnight = (when: Date) => Date.UTC(when.getFullYear(), when.getMonth(), when.getDate());
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

/** As short as it can be told apart: the time today, the weekday this week, the day this year, else the date. */
export function listTime(date: Date, now: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const days = daysAgo(date, now);
  if (days === 0) return clock.format(date);
  if (days > 0 && days < 7) return weekday.format(date);
  return date.getFullYear() === now.getFullYear() ? dayMonth.format(date) : numeric.format(date);
}

/** In the reader: today and yesterday by name, else the date, always with the time. */
export function letterTime(date: Date, now: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const days = daysAgo(date, now);
  if (days === 0 || days === 1) return t('time-on-day', { day: dayWord(-days), time: clock.format(date) });
  return medium.format(date);
}

/** Day and time, the same whenever it is read: for the line above a quotation. */
export function mediumTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : medium.format(date);
}

/** Everything there is to say about a moment, for a title or the full header. */
export function fullTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : full.format(date);
}

/** The day alone. */
export function dayDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : dayOnly.format(date);
}

/** The clock alone. */
export function clockTime(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : clock.format(date);
}

/** The heading that a letter of that day stands under. */
export function dayHeading(date: Date, now: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const days = daysAgo(date, now);
  if (days <= 0) return capital(dayWord(0));
  if (days === 1) return capital(dayWord(-1));
  // Weeks run Monday to Sunday.
  const intoWeek = (now.getDay() + 6) % 7;
  if (days <= intoWeek) return t('day-this-week');
  if (days <= intoWeek + 7) return t('day-last-week');
  return capital((date.getFullYear() === now.getFullYear() ? month : monthYear).format(date));
}

/** A whole number with the locale's grouping. */
export function number(value: number): string {
  return plain.format(value);
}

/** Words as a list: “one, two and three”. */
export function list(words: readonly string[]): string {
  return conjunction.format(words);
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const sizes = units.map(
  (unit) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: unit === 'byte' ? 'long' : 'short',
      maximumFractionDigits: 1,
    }),
);

/** Octets in the nearest decimal unit. */
export function size(octets: number): string {
  let step = 0;
  let value = octets;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return (sizes[step] ?? plain).format(value >= 100 ? Math.round(value) : value);
}

function dayWord(offset: number): string {
  return relative.format(offset, 'day');
}

function capital(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}
