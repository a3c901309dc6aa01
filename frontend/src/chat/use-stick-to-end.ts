import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const near = 80;

/** Keeps a scrolling box at its end while it grows, until the person scrolls up; resumes at the end. */
export function useStickToEnd(box: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const sticks = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    sticks.current = true;
    setAway(false);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [box]);

  useEffect(() => {
    const element = box.current;
    const inner = content.current;
    if (element === null || inner === null) return;
    let lastTop = element.scrollTop;
    const onScroll = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Only an upward scroll is the person's: growing content does not change scrollTop.
      if (element.scrollTop < lastTop && left > near) sticks.current = false;
      else if (left <= near) sticks.current = true;
      lastTop = element.scrollTop;
      setAway(!sticks.current);
    };
    const growth = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    growth.observe(inner);
    growth.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      growth.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [box, content]);

  return { away, toEnd };
}
