import { type RefObject, useEffect, useRef } from "react";

/**
 * Scrolls the current page's entry into view in a row of links or tabs, which may be wider than the screen.
 * @param current identifies the entry; the row scrolls when it changes
 * @returns the ref of the scrolling element, whose current entry has `aria-current="page"`
 */
export function useScrollIntoView<E extends HTMLElement>(current: string | undefined): RefObject<E | null> {
  const row = useRef<E>(null);
  useEffect(() => {
    if (current === undefined) return;
    row.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  return row;
}
