import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { readStored, writeStored } from "../ui/storage.ts";

const storedKey = "edgesmith-chat-width";
const limits = { min: 320, max: 900, usual: 448 };
const step = 24;
/** The width that the other panels keep, in pixels. */
const kept = 400;
/** The same for a window that has shrunk since. */
export const chatMaxWidth = `calc(100vw - ${kept}px)`;

const maxNow = (): number => Math.max(limits.min, Math.min(limits.max, window.innerWidth - kept));
const within = (width: number): number => Math.round(Math.min(Math.max(width, limits.min), maxNow()));

/** Returns the width of the chat beside the other panels in pixels, as it was left last. */
export function useChatWidth() {
  const [width, setWidth] = useState(() => {
    const stored = Number(readStored("local", storedKey));
    return within(stored > 0 ? stored : limits.usual);
  });
  const change = (next: number) => {
    const wanted = within(next);
    setWidth(wanted);
    writeStored("local", storedKey, String(wanted));
  };
  return { width, change };
}

/** The line between the chat and the other panels: dragged by the pointer, moved by the arrow keys, reset by a double click. */
export function ChatResizer({ width, change }: { width: number; change: (width: number) => void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: width - step,
      ArrowRight: width + step,
      Home: limits.min,
      End: limits.max,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    change(next);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) change(event.clientX);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is a widget, which <hr> is not
    <div
      role="separator"
      aria-label="Width of the chat"
      aria-orientation="vertical"
      aria-valuenow={Math.min(width, maxNow())}
      aria-valuemin={limits.min}
      aria-valuemax={maxNow()}
      tabIndex={0}
      className="-mx-1 w-2 shrink-0 cursor-col-resize touch-none hover:bg-ember/30 focus-visible:bg-ember/50 focus-visible:outline-none"
      onKeyDown={onKeyDown}
      onDoubleClick={() => change(limits.usual)}
      // An iframe would take the pointer's moves, so the line captures them.
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
