import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps what is read where it is when older turns come in above it. Browsers do so by themselves, except at the very
 * top, which is where one asks for older turns; so theirs is off (`overflow-anchor`), and this does it everywhere.
 * @param firstKey names the first turn: another one means that some came in above
 * @returns to be called when older ones are asked for
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
