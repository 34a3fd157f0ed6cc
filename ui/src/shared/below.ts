// Where a menu opens that belongs to an element.

/** Just under the element, in pixels of the window; near the corner of the window where there is none. */
export function below(element: Element | null): { x: number; y: number } {
  const box = element?.getBoundingClientRect();
  return box ? { x: box.left, y: box.bottom + 2 } : { x: 24, y: 24 };
}
