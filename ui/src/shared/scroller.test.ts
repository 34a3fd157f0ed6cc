import { describe, expect, it } from 'vitest';
import { ScrollMap } from './scroll-map';
import { Scroller } from './scroller';

const ROW = 76;
const VIEW = 752;

function scrollerOf(rows: number) {
  const scroller = new Scroller();
  scroller.resize(new ScrollMap(rows, ROW, VIEW));
  return scroller;
}

describe('a list that fits', () => {
  it('follows scrollTop, fractions of a pixel and all', () => {
    const scroller = scrollerOf(1_000);
    expect(scroller.scrolled(100.67)).toBe(false);
    expect(scroller.virtual).toBeCloseTo(100.67);
    expect(scroller.shift).toBe(0);
    expect(scroller.drifted).toBe(false);
  });
});

describe('a compressed list', () => {
  it('moves by what the wheel says, one to one, and keeps rows where they are drawn', () => {
    const scroller = scrollerOf(500_000);
    scroller.moveTo(19_000_000);
    const { shift, virtual, physical } = scroller;
    scroller.scrolled(physical + 120);
    expect(scroller.virtual).toBe(virtual + 120);
    expect(scroller.shift).toBe(shift);
  });

  it('takes drift back without moving what is seen', () => {
    const scroller = scrollerOf(500_000);
    scroller.moveTo(19_000_000);
    for (let i = 0; i < 50; i += 1) scroller.scrolled(scroller.physical + 120);
    const { virtual } = scroller;
    expect(scroller.drifted).toBe(true);
    expect(scroller.settle()).toBe(true);
    expect(scroller.virtual).toBe(virtual);
    expect(scroller.drifted).toBe(false);
  });

  it('goes where the scrollbar points', () => {
    const scroller = scrollerOf(500_000);
    scroller.scrolled(scroller.map.maxPhysical);
    expect(scroller.virtual).toBe(scroller.map.maxVirtual);
    scroller.scrolled(scroller.map.maxPhysical / 2);
    expect(scroller.virtual / scroller.map.maxVirtual).toBeCloseTo(0.5, 5);
    scroller.scrolled(0);
    expect(scroller.virtual).toBe(0);
  });

  it('can be turned by the wheel from the last row to the first, never skipping or standing still', () => {
    const scroller = scrollerOf(120_000);
    scroller.moveTo(scroller.map.maxVirtual);
    let steps = 0;
    while (scroller.virtual > 0) {
      const before = scroller.virtual;
      scroller.scrolled(Math.max(0, scroller.physical - 1_400));
      expect(before - scroller.virtual).toBeGreaterThan(0);
      expect(before - scroller.virtual).toBeLessThanOrEqual(1_400);
      steps += 1;
    }
    expect(steps).toBe(Math.ceil((120_000 * ROW - VIEW) / 1_400));
  });

  it('has rows on whole pixels wherever it is', () => {
    const scroller = scrollerOf(500_000);
    for (const top of [0, 1_234.5, 2_000_000.25, 5_500_000.75, 7_999_000]) {
      scroller.scrolled(top);
      expect(Number.isInteger(scroller.shift)).toBe(true);
    }
  });
});

it('keeps its rows when others come above', () => {
  const scroller = scrollerOf(1_000);
  scroller.moveTo(10 * ROW + 5);
  scroller.resize(new ScrollMap(1_003, ROW, VIEW));
  scroller.moveTo(scroller.virtual + 3 * ROW);
  expect(scroller.virtual).toBe(13 * ROW + 5);
});

it('stays inside when the list shrinks', () => {
  const scroller = scrollerOf(1_000);
  scroller.moveTo(70_000);
  scroller.resize(new ScrollMap(20, ROW, VIEW));
  expect(scroller.virtual).toBe(20 * ROW - VIEW);
});
