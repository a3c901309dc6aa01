import { type RefObject, useEffect, useRef } from "react";

/**
 * Scrolls the current page's entry of a row of links or tabs into view, which may be wider than the screen.
 * @param current Names the entry; the row scrolls when it changes.
 * @returns The ref of the element that scrolls; its current entry has `aria-current="page"`.
 */
export function useScrollIntoView<E extends HTMLElement>(current: string | undefined): RefObject<E | null> {
  const row = useRef<E>(null);
  useEffect(() => {
    if (current === undefined) return;
    row.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  return row;
}
