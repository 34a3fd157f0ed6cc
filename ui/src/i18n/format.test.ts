import { expect, it } from 'vitest';
import { dayHeading, daysAgo, letterTime, listTime, size } from './format';

// A Wednesday.
const now = new Date(2026, 10, 25, 16, 36);
const at = (year: number, month: number, day: number, hour = 9, minute = 5) =>
  new Date(year, month - 1, day, hour, minute);

it('counts days by the calendar, not by hours', () => {
  expect(daysAgo(at(2026, 11, 24, 23, 59), at(2026, 11, 25, 0, 1))).toBe(1);
  expect(daysAgo(at(2026, 11, 25, 0, 0), now)).toBe(0);
  expect(daysAgo(at(2026, 3, 1), at(2026, 4, 1))).toBe(31);
});

it('tells a time in the list as shortly as it can be told apart', () => {
  expect(listTime(at(2026, 11, 25), now)).toMatch(/0?9:05/);
  expect(listTime(at(2026, 11, 23), now)).toMatch(/^Mon/);
  expect(listTime(at(2026, 11, 19), now)).toMatch(/^Thu/);
  expect(listTime(at(2026, 11, 18), now)).toMatch(/18/);
  expect(listTime(at(2026, 11, 18), now)).toMatch(/Nov/);
  expect(listTime(at(2024, 2, 29), now)).toMatch(/24/);
  expect(listTime(new Date(NaN), now)).toBe('');
});

it('heads the days', () => {
  expect(dayHeading(at(2026, 11, 25), now)).toBe('Today');
  expect(dayHeading(at(2026, 11, 26), now)).toBe('Today');
  expect(dayHeading(at(2026, 11, 24), now)).toBe('Yesterday');
  expect(dayHeading(at(2026, 11, 23), now)).toBe('Earlier this week');
  expect(dayHeading(at(2026, 11, 22), now)).toBe('Last week');
  expect(dayHeading(at(2026, 11, 16), now)).toBe('Last week');
  expect(dayHeading(at(2026, 11, 15), now)).toBe('November');
  expect(dayHeading(at(2025, 11, 15), now)).toBe('November 2025');
});

it('names today and yesterday in the reader', () => {
  expect(letterTime(at(2026, 11, 25), now)).toMatch(/^today, /);
  expect(letterTime(at(2026, 11, 24), now)).toMatch(/^yesterday, /);
  expect(letterTime(at(2026, 11, 20), now)).toMatch(/2026/);
});

it('tells sizes', () => {
  expect(size(0)).toBe('0 bytes');
  expect(size(999)).toBe('999 bytes');
  expect(size(1_500)).toBe('1.5 kB');
  expect(size(182_400)).toBe('182 kB');
  expect(size(24_000_000)).toBe('24 MB');
});
