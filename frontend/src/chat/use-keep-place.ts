import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps the scroll position when older turns are inserted above. Scroll anchoring of browsers does not work at the very top,
 * where older turns are loaded, so it is off (`overflow-anchor`) and replaced by this.
 * @param firstKey the key of the first turn: a new one means that turns were inserted above
 * @returns a function to call before older turns are loaded
 */
export function useKeepPlace(box: RefObject<HTMLElement | null>, firstKey: string | undefined): () => void {
  const fromEnd = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is put right when the first turn is another
  useLayoutEffect(() => {
    if (box.current === null || fromEnd.current === null) return;
    box.current.scrollTop = box.current.scrollHeight - fromEnd.current;
    fromEnd.current = null;
  }, [firstKey]);
  return () => {
    if (box.current !== null) fromEnd.current = box.current.scrollHeight - box.current.scrollTop;
  };
}
