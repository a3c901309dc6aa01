/** The options of following a growing box. */
type Following = {
  /** The distance from the end, in CSS pixels, within which a downward scroll counts as being back at the end. */
  near: number;
  /** Called with false when the person scrolls up, and with true when the person is back at the end. */
  changed: (follows: boolean) => void;
};

/** Returns the distance of a box's visible area from its end, in CSS pixels. */
export const distanceFromEnd = (box: Element): number => box.scrollHeight - box.scrollTop - box.clientHeight;

/** Whether a scrollable element between `target` and `outer` consumes an upward scroll. */
function scrollsInside(target: EventTarget | null, outer: Element): boolean {
  let inner = target instanceof Element ? target : null;
  while (inner !== null && inner !== outer) {
    if (inner.scrollTop > 0) return true;
    inner = inner.parentElement;
  }
  return false;
}

/** Whether a key scrolls up. In a text field it moves the cursor instead. */
const scrollsUp = ({ key, target }: KeyboardEvent): boolean =>
  ["ArrowUp", "PageUp", "Home"].includes(key) && !(target instanceof HTMLElement && target.isContentEditable);

/**
 * Reports whether a growing box should be kept at its end: no longer once the person scrolls up, however little, and
 * again when the person is back at the end. The scroll position alone cannot tell: after a slow scroll it is still near
 * the end when the next text arrives, and a programmatic scroll to the end that began earlier moves the box down again.
 * @param box the scrolling element
 * @returns a function that stops the reports
 */
export function watchFollowing(box: HTMLElement, { near, changed }: Following): () => void {
  let top = box.scrollTop;
  let touched = 0;
  let goesUp = false;
  const ended = new AbortController();
  const input = (up: boolean, target: EventTarget | null) => {
    goesUp = up && box.scrollTop > 0 && !scrollsInside(target, box);
    if (goesUp) changed(false);
  };
  const on = <K extends keyof HTMLElementEventMap>(type: K, call: (event: HTMLElementEventMap[K]) => void) =>
    box.addEventListener(type, call, { passive: true, signal: ended.signal });
  on("wheel", (event) => {
    // With Ctrl, a wheel or a pinch zooms instead.
    if (event.deltaY !== 0 && !event.ctrlKey) input(event.deltaY < 0, event.target);
  });
  on("touchstart", (event) => {
    touched = event.touches[0]?.clientY ?? 0;
    goesUp = false;
  });
  on("touchmove", (event) => {
    const y = event.touches[0]?.clientY ?? touched;
    if (y !== touched) input(y > touched, event.target);
    touched = y;
  });
  // Dragging the scroll bar has no direction by itself; the resulting scroll position does.
  on("pointerdown", () => (goesUp = false));
  on("keydown", (event) => input(scrollsUp(event), event.target));
  on("scroll", () => {
    const moved = box.scrollTop - top;
    top = box.scrollTop;
    const distance = distanceFromEnd(box);
    // A shrinking box moves its visible area up to its end.
    if (moved < 0) {
      if (distance > near) changed(false);
      else if (distance < 1) changed(true);
    } else if (moved > 0 && distance <= near && !goesUp) changed(true);
  });
  return () => ended.abort();
}
