// Where a list of any length stands in an element of bounded height.
//
// Browsers lay out a few ten million pixels at most; 500,000 rows of 76 px are 38 million. So there are two positions: the
// *virtual* one (pixels from the top of the true list) and the *physical* one (the element's scrollTop). A list that fits has
// them equal. A longer one has them equal in a zone at either end, and runs faster in between. The map is continuous,
// increasing, and reaches both ends exactly.

/** Tallest element Pli asks a browser to lay out; half of what the narrowest engine does, exact in a 32-bit float. */
export const MAX_HEIGHT = 8_000_000;

export class ScrollMap {
  /** Largest virtual position. */
  readonly maxVirtual: number;
  /** Largest scrollTop. */
  readonly maxPhysical: number;
  /** Height of the element inside the scrolling one. */
  readonly height: number;
  /** Length of the zone at either end where both positions run alike. */
  private readonly zone: number;

  constructor(
    readonly rows: number,
    readonly rowHeight: number,
    readonly viewport: number,
    limit: number = MAX_HEIGHT,
  ) {
    const full = rows * rowHeight;
    this.height = Math.min(full, Math.max(limit, viewport));
    this.maxVirtual = Math.max(0, full - viewport);
    this.maxPhysical = Math.max(0, this.height - viewport);
    this.zone = this.maxVirtual === this.maxPhysical ? this.maxPhysical : Math.floor(this.maxPhysical / 4);
  }

  /** Whether the list is longer than what can be laid out. */
  get compressed(): boolean {
    return this.maxVirtual > this.maxPhysical;
  }

  toVirtual(physical: number): number {
    const at = clamp(physical, this.maxPhysical);
    if (at <= this.zone) return at;
    if (at >= this.maxPhysical - this.zone) return this.maxVirtual - (this.maxPhysical - at);
    return this.zone + ((at - this.zone) * this.middleVirtual) / this.middlePhysical;
  }

  toPhysical(virtual: number): number {
    const at = clamp(virtual, this.maxVirtual);
    if (at <= this.zone) return at;
    if (at >= this.maxVirtual - this.zone) return this.maxPhysical - (this.maxVirtual - at);
    return this.zone + ((at - this.zone) * this.middlePhysical) / this.middleVirtual;
  }

  /** Rows that touch the viewport at that virtual position: first, and one past the last. */
  rowsAt(virtual: number): { first: number; end: number } {
    const at = clamp(virtual, this.maxVirtual);
    return {
      first: Math.min(this.rows, Math.floor(at / this.rowHeight)),
      end: Math.min(this.rows, Math.ceil((at + this.viewport) / this.rowHeight)),
    };
  }

  /** The nearest virtual position to `virtual` at which that row is wholly in view. */
  reveal(row: number, virtual: number): number {
    const top = row * this.rowHeight;
    const least = top + this.rowHeight - this.viewport;
    if (virtual > top) return clamp(top, this.maxVirtual);
    if (virtual < least) return clamp(least, this.maxVirtual);
    return clamp(virtual, this.maxVirtual);
  }

  private get middleVirtual(): number {
    return this.maxVirtual - 2 * this.zone;
  }

  private get middlePhysical(): number {
    return this.maxPhysical - 2 * this.zone;
  }
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
