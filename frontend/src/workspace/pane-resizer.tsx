import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { readStored, writeStored } from "../ui/storage.ts";

/** The limits of a pane's width in pixels, and the key under which the chosen width is stored. */
export type PaneLimits = {
  storedKey: string;
  min: number;
  max: number;
  usual: number;
  /** The minimum width left for the neighbouring pane. */
  kept: number;
};

const step = 24;

export type PaneWidth = { limits: PaneLimits; maxNow: number; width: number; change: (width: number) => void };

const maxIn = ({ min, max, kept }: PaneLimits): number => Math.max(min, Math.min(max, window.innerWidth - kept));

/** Returns a pane's last width in pixels, and a setter. */
export function usePaneWidth(limits: PaneLimits): PaneWidth {
  const within = (width: number) => Math.round(Math.min(Math.max(width, limits.min), maxIn(limits)));
  const [width, setWidth] = useState(() => {
    const stored = Number(readStored("local", limits.storedKey));
    return within(stored > 0 ? stored : limits.usual);
  });
  const change = (next: number) => {
    const wanted = within(next);
    setWidth(wanted);
    writeStored("local", limits.storedKey, String(wanted));
  };
  return { limits, maxNow: maxIn(limits), width, change };
}

type PaneResizerProps = PaneWidth & { label: string; className?: string };

/** A separator after a pane. Dragging and the arrow keys resize the pane, and a double click resets it. */
export function PaneResizer({ label, limits, maxNow, width, change, className = "" }: PaneResizerProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: Math.min(width, maxNow) - step,
      ArrowRight: width + step,
      Home: limits.min,
      End: limits.max,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    change(next);
  };
  const onPointerMove = ({ currentTarget, pointerId, clientX }: PointerEvent) => {
    if (!currentTarget.hasPointerCapture(pointerId)) return;
    change(clientX - (currentTarget.previousElementSibling?.getBoundingClientRect().left ?? 0));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is a widget, which <hr> is not
    <div
      role="separator"
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={Math.min(width, maxNow)}
      aria-valuemin={limits.min}
      aria-valuemax={maxNow}
      tabIndex={0}
      className={`-mx-1 w-2 shrink-0 cursor-col-resize touch-none hover:bg-ember/30 focus-visible:bg-ember/50 focus-visible:outline-none ${className}`}
      onKeyDown={onKeyDown}
      onDoubleClick={() => change(limits.usual)}
      // An iframe would receive the pointer's moves, so the separator captures them.
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
