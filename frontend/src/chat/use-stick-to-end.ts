import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { watchFollowing } from "../ui/follow-end.ts";

const near = 80;

/**
 * Keeps a scrolling box at its end while its content grows, until the person scrolls up. Resumes when the person
 * scrolls back to the end.
 * @param content the growing element within the box; null while it does not exist, as before the first prompt
 */
export function useStickToEnd(box: RefObject<HTMLElement | null>, content: HTMLElement | null) {
  const sticks = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    sticks.current = true;
    setAway(false);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [box]);

  useEffect(() => {
    const element = box.current;
    if (element === null || content === null) return;
    const unwatch = watchFollowing(element, {
      near,
      changed(follows) {
        sticks.current = follows;
        setAway(!follows);
      },
    });
    const growth = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    growth.observe(content);
    growth.observe(element);
    return () => {
      growth.disconnect();
      unwatch();
    };
  }, [box, content]);

  return { away, toEnd };
}
