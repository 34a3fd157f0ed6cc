// Keys must go on working when a click lands in the letter's frame, which is a page of its own and hears them alone.
//
// So the focus is taken back shortly after the frame got it. The text selected in it stays selected, but only the frame itself can
// copy it: when the copy key's modifier goes down while the person's last click was in the frame, the frame gets the focus for
// as long as the modifier is held, and the browser copies in it as it does anywhere.

/** How long after a click in the frame the focus comes back, in milliseconds. */
const BACK = 120;

/** How long the frame keeps it for a copy: its key-up is not heard out here. */
const COPY = 700;

/** For `{@attach}` on the frame; `home` is the element that gets the focus. */
export function frameFocus(mac: boolean, home: () => HTMLElement | null) {
  return (frame: HTMLElement): (() => void) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let clicked = false;
    let copying = false;

    function takeBack(after: number) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (document.activeElement !== frame) return;
        copying = false;
        home()?.focus({ preventScroll: true });
      }, after);
    }

    function onblur() {
      // The frame becomes the active element just after the window lost the focus to it.
      setTimeout(() => {
        if (document.activeElement !== frame) return;
        clicked = true;
        takeBack(copying ? COPY : BACK);
      });
    }

    function onkeydown(event: KeyboardEvent) {
      if (clicked && event.key === (mac ? 'Meta' : 'Control') && !event.repeat) {
        copying = true;
        frame.focus({ preventScroll: true });
        takeBack(COPY);
      }
    }

    const onpointerdown = () => (clicked = false);

    window.addEventListener('blur', onblur);
    window.addEventListener('keydown', onkeydown, true);
    window.addEventListener('pointerdown', onpointerdown, true);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('blur', onblur);
      window.removeEventListener('keydown', onkeydown, true);
      window.removeEventListener('pointerdown', onpointerdown, true);
    };
  };
}
