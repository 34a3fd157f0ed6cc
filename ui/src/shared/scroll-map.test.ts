import { describe, expect, it } from 'vitest';
import { MAX_HEIGHT, ScrollMap } from './scroll-map';

const ROW = 76;
const VIEW = 752;

describe('a list that fits', () => {
  const map = new ScrollMap(1_000, ROW, VIEW);

  it('has both positions equal', () => {
    expect(map.compressed).toBe(false);
    for (const at of [0, 1, 37_000, map.maxPhysical]) expect(map.toVirtual(at)).toBe(at);
  });

  it('has nowhere to go when it is shorter than the viewport', () => {
    const short = new ScrollMap(3, ROW, VIEW);
    expect(short.maxPhysical).toBe(0);
    expect(short.toVirtual(500)).toBe(0);
    expect(short.rowsAt(0)).toEqual({ first: 0, end: 3 });
    expect(new ScrollMap(0, ROW, VIEW).rowsAt(0)).toEqual({ first: 0, end: 0 });
  });
});

describe('500,000 rows', () => {
  const map = new ScrollMap(500_000, ROW, VIEW);

  it('stays below what browsers lay out', () => {
    expect(map.compressed).toBe(true);
    expect(map.height).toBe(MAX_HEIGHT);
  });

  it('reaches the first and the last row exactly', () => {
    expect(map.toVirtual(0)).toBe(0);
    expect(map.rowsAt(map.toVirtual(0)).first).toBe(0);
    expect(map.toVirtual(map.maxPhysical)).toBe(500_000 * ROW - VIEW);
    expect(map.rowsAt(map.toVirtual(map.maxPhysical)).end).toBe(500_000);
  });

  it('is increasing and continuous', () => {
    let before = -1;
    for (let at = 0; at <= map.maxPhysical; at += 997) {
      const virtual = map.toVirtual(at);
      expect(virtual).toBeGreaterThan(before);
      before = virtual;
    }
    for (const seam of [map.maxPhysical / 4, (3 * map.maxPhysical) / 4]) {
      expect(Math.abs(map.toVirtual(seam + 1) - map.toVirtual(seam - 1))).toBeLessThan(40);
    }
  });

  it('goes back where it came from', () => {
    for (let row = 0; row < 500_000; row += 12_345) {
      expect(map.toVirtual(map.toPhysical(row * ROW))).toBeCloseTo(Math.min(row * ROW, map.maxVirtual), 4);
    }
  });

  it('reveals a row with the least movement', () => {
    expect(map.reveal(10, 0)).toBe(11 * ROW - VIEW);
    expect(map.reveal(3, 0)).toBe(0);
    expect(map.reveal(100, 10_000)).toBe(100 * ROW);
    expect(map.reveal(499_999, 0)).toBe(map.maxVirtual);
  });
});
