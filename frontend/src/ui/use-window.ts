import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

type WindowOptions = {
  count: number;
  /** The scrolling element. */
  box: RefObject<HTMLElement | null>;
  keyOf: (index: number) => string | number;
  /** The estimated height of a row, in pixels. The ref `measure` measures rows of other heights. */
  rowHeight: number;
  /** The index of a row that always stays in the document, since Tab must reach it. -1 for none. */
  kept?: number;
  gap?: number;
  paddingStart?: number;
  paddingEnd?: number;
  overscan?: number;
  /** `end` keeps the visible rows in place while rows are added above them. */
  anchorTo?: "start" | "end";
};

const withKept = (range: Range, kept: number): number[] => {
  const shown = defaultRangeExtractor(range);
  if (kept < 0 || kept >= range.count || shown.includes(kept)) return shown;
  return [...shown, kept].sort((one, other) => one - other);
};

/**
 * Virtualizes a long list: only the rows around the visible area are in the document.
 * @returns the rows to render with their positions in pixels, the total height, and `focusRow`, which scrolls to a row
 * that may not be in the document yet, and focuses it
 */
export function useWindow(options: WindowOptions) {
  const { count, box, keyOf, rowHeight, kept = -1, gap = 0, overscan = 8, anchorTo = "start" } = options;
  const { paddingStart = 0, paddingEnd = 0 } = options;
  const [wanted, setWanted] = useState(-1);
  const isWanted = useRef(false);
  const rangeExtractor = useCallback((range: Range) => withKept(range, wanted === -1 ? kept : wanted), [kept, wanted]);
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    rangeExtractor,
    gap,
    paddingStart,
    paddingEnd,
    overscan,
    anchorTo,
  });
  // The scrolling element may be an ancestor, whose ref is set after the effects of its children.
  const [, setAttached] = useState(false);
  useLayoutEffect(() => setAttached(true), []);
  const focusRow = (index: number) => {
    isWanted.current = true;
    setWanted(index);
    virtualizer.scrollToIndex(index, { align: "auto" });
  };
  // Runs after the render that added the row to the document.
  useLayoutEffect(() => {
    if (!isWanted.current || wanted === -1) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${wanted}"]`);
    if (row === null || row === undefined) return;
    isWanted.current = false;
    row.focus({ preventScroll: true });
    setWanted(-1);
  });
  return {
    rows: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    measure: virtualizer.measureElement,
    focusRow,
    scrollToRow: (index: number) => virtualizer.scrollToIndex(index, { align: "auto" }),
  };
}
