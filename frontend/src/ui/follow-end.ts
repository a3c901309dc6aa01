/** How a box that grows is followed; distances in CSS pixels. */
type Following = {
  /** The distance from the end up to which a scroll down counts as back at the end. */
  near: number;
  /** Called with false when the person scrolls up, and with true when they are back at the end. */
  changed: (follows: boolean) => void;
};

/** Returns the distance of a box's view from its end, in CSS pixels. */
export const distanceFromEnd = (box: Element): number => box.scrollHeight - box.scrollTop - box.clientHeight;

/** Whether a box inside of `outer`, around `target`, takes an upward scroll for itself. */
function scrollsInside(target: EventTarget | null, outer: Element): boolean {
  let inner = target instanceof Element ? target : null;
  while (inner !== null && inner !== outer) {
    if (inner.scrollTop > 0) return true;
    inner = inner.parentElement;
  }
  return false;
}

/** Whether a key scrolls up; in a text it moves the cursor instead. */
const scrollsUp = ({ key, target }: KeyboardEvent): boolean =>
  ["ArrowUp", "PageUp", "Home"].includes(key) && !(target instanceof HTMLElement && target.isContentEditable);

/**
 * Reports whether a box that grows is to be kept at its end: no longer once the person scrolls up, however little, and
 * again when they are back. A position alone cannot tell: a slow scroll is still near the end when the next text
 * arrives, and a scroll to the end that was begun before it moves the box down again.
 * @param box the element that scrolls
 * @returns a function that ends the reports
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
    // With Ctrl a wheel or a pinch zooms.
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
  // A dragged scroll bar tells no direction: the position that follows does.
  on("pointerdown", () => (goesUp = false));
  on("keydown", (event) => input(scrollsUp(event), event.target));
  on("scroll", () => {
    const moved = box.scrollTop - top;
    top = box.scrollTop;
    const distance = distanceFromEnd(box);
    // A box that shrinks moves its view up to its end.
    if (moved < 0) {
      if (distance > near) changed(false);
      else if (distance < 1) changed(true);
    } else if (moved > 0 && distance <= near && !goesUp) changed(true);
  });
  return () => ended.abort();
}
