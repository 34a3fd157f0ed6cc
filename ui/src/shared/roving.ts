// A group of buttons that is one stop for Tab: the arrows move inside it.

/** For `{@attach}` on the element around them. Its buttons are those with `data-roving`. */
export function roving(group: HTMLElement): () => void {
  const items = () => [...group.querySelectorAll<HTMLElement>('[data-roving]:not(:disabled)')];

  /** Exactly one item can be reached by Tab: the current one, else the first. */
  function settle() {
    const all = items();
    const stop =
      all.find((item) => item === document.activeElement) ??
      all.find((item) => item.matches('[aria-current], [aria-selected=true]')) ??
      all[0];
    for (const item of all) item.tabIndex = item === stop ? 0 : -1;
  }

  function onkeydown(event: KeyboardEvent) {
    const all = items();
    const at = all.findIndex((item) => item === event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
  }

  const watcher = new MutationObserver(settle);
  watcher.observe(group, { childList: true, subtree: true, attributeFilter: ['aria-current', 'aria-selected'] });
  group.addEventListener('keydown', onkeydown);
  group.addEventListener('focusin', settle);
  settle();
  return () => {
    watcher.disconnect();
    group.removeEventListener('keydown', onkeydown);
    group.removeEventListener('focusin', settle);
  };
}
