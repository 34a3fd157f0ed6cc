// The scroll position of a virtual list, as the true position in the list; and how scrollTop and it follow each other.
//
// In a compressed list a wheel turn must move the rows by what the wheel says, while a drag of the scrollbar must go where it
// points. Small steps therefore move the true position one to one, which lets both drift apart; large ones go through the
// map. The drift is taken back when the hand rests, or at once when scrollTop runs out before the list does. Rows are
// placed by their true position plus `shift`, so taking back drift moves nothing on the screen.
import { ScrollMap } from './scroll-map';

export class Scroller {
  map = new ScrollMap(0, 1, 1);
  /** True position, in pixels from the top of the list. */
  virtual = 0;
  /** Last scrollTop seen or set. */
  physical = 0;

  /** What to add to a row's true position to get its place in the element. */
  get shift(): number {
    return this.physical - this.virtual;
  }

  /** A new number of rows or size of viewport. Keeps the true position where it still exists. */
  resize(map: ScrollMap): void {
    this.map = map;
    this.moveTo(this.virtual);
  }

  /** Goes to a true position. `physical` is then the scrollTop to set. */
  moveTo(virtual: number): void {
    this.virtual = Math.round(Math.min(Math.max(virtual, 0), this.map.maxVirtual));
    this.physical = Math.round(this.map.toPhysical(this.virtual));
  }

  /** Takes a scrollTop from the browser. True when `physical` should be set at the element at once. */
  scrolled(scrollTop: number): boolean {
    const step = scrollTop - this.physical;
    if (step === 0) return false;
    const small = this.map.compressed && Math.abs(step) <= 2 * this.map.viewport;
    // Either way `shift` stays a whole number, so that rows stay on whole pixels.
    const shift = small ? this.shift : Math.round(scrollTop - this.map.toVirtual(scrollTop));
    this.physical = scrollTop;
    this.virtual = Math.min(Math.max(scrollTop - shift, 0), this.map.maxVirtual);
    return this.drifted && this.nearEdge(scrollTop) && this.settle();
  }

  /** Whether scrollTop is not where the map would have it. A browser's own rounding is no drift. */
  get drifted(): boolean {
    return Math.abs(this.physical - this.map.toPhysical(this.virtual)) > 1;
  }

  /** Takes the drift back. True when `physical` changed and is to be set at the element. */
  settle(): boolean {
    const before = this.physical;
    this.moveTo(this.virtual);
    return this.physical !== before;
  }

  private nearEdge(scrollTop: number): boolean {
    const margin = 2 * this.map.viewport;
    return scrollTop < margin || scrollTop > this.map.maxPhysical - margin;
  }
}
