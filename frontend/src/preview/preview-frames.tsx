import { type RefObject, useEffect, useEffectEvent, useImperativeHandle, useRef } from "react";
import { Button } from "../ui/button.tsx";
import { movePage, type PreviewMove } from "./preview-message.ts";
import { type FramedBuild, useFrames } from "./use-frames.ts";
import { useFullScreen } from "./use-full-screen.ts";

// The preview has its own origin, so `allow-same-origin` grants the app only its own cookies and storage. Navigating
// the top page stays forbidden.
const sandbox = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads";

/** Commands of the bar above the frames. */
export type FramesHandle = {
  move: (move: PreviewMove) => void;
  fullScreen: () => void;
  /**
   * Posts a message to the visible page. The message must contain no secret, since browsers without cookies use another
   * origin.
   */
  post: (message: object) => void;
  /** Whether a message comes from the visible page. */
  shows: (source: MessageEventSource | null) => boolean;
  /** The revision that the visible page shows; null when it is unknown. */
  revision: () => number | null;
};

type PreviewFramesProps = {
  build: FramedBuild;
  /** Whether the person has requested the newest version. */
  isUrgent: boolean;
  /** The size of the emulated screen; null fills the panel. */
  size: { width: number; height: number } | null;
  handle: RefObject<FramesHandle | null>;
  /** Called when another page becomes visible. */
  onShown: () => void;
};

/**
 * A button that exits full screen. It receives the focus at first, since the keyboard would otherwise operate buttons
 * behind the app. It hides when the focus moves into the app.
 */
function EndFullScreen() {
  const end = () => void document.exitFullscreen();
  return (
    <Button
      small
      autoFocus
      title="Escape"
      className="absolute top-3 right-3 z-10 shadow-lift not-focus:sr-only"
      onClick={end}
      onKeyDown={(event) => {
        if (event.key === "Escape") end();
      }}
    >
      End full screen
    </Button>
  );
}

/**
 * Shows the newest loaded version. Keeps the current version visible while the next version loads, and while a person
 * uses it.
 */
export function PreviewFrames({ build, isUrgent, size, handle, onShown }: PreviewFramesProps) {
  const box = useRef<HTMLDivElement>(null);
  const shownElement = useRef<HTMLIFrameElement>(null);
  const nextElement = useRef<HTMLIFrameElement>(null);
  const { frames, isWaiting, replaceNow, onLoad } = useFrames(build, isUrgent, {
    shown: shownElement,
    next: nextElement,
  });
  const fullScreen = useFullScreen(box);
  const post = (message: object) => shownElement.current?.contentWindow?.postMessage(message, "*");
  useImperativeHandle(handle, () => ({
    move: (move) => post(movePage(move)),
    fullScreen: fullScreen.begin,
    post,
    shows: (source) => source !== null && source === shownElement.current?.contentWindow,
    revision: () => frames[0]?.revision ?? null,
  }));
  const shownUrl = frames[0]?.url;
  const shownAnother = useEffectEvent(onShown);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each URL is another page
  useEffect(() => shownAnother(), [shownUrl]);
  return (
    <div
      tabIndex={size === null ? undefined : 0}
      className={size === null ? "h-full" : "h-full overflow-auto bg-sunken p-4"}
    >
      <div
        ref={box}
        style={size ?? undefined}
        className={`relative bg-white ${size === null ? "h-full" : "mx-auto shrink-0 overflow-hidden rounded-lg shadow-lift"}`}
      >
        {fullScreen.isFull && <EndFullScreen />}
        {frames.map((frame, index) => {
          const shown = index === 0;
          return (
            <iframe
              key={frame.url}
              ref={shown ? shownElement : nextElement}
              title={shown ? "Preview" : "Next preview"}
              src={frame.src}
              sandbox={sandbox}
              allow="clipboard-write"
              referrerPolicy="no-referrer"
              aria-hidden={!shown}
              tabIndex={shown ? 0 : -1}
              onLoad={() => onLoad(frame.url)}
              className={`absolute inset-0 size-full border-0 ${shown ? "" : "invisible"}`}
            />
          );
        })}
        {isWaiting && (
          <div
            role="status"
            className="absolute inset-x-0 bottom-4 mx-auto flex w-fit animate-rise items-center gap-3 rounded-full border border-line-strong bg-raised py-1 pr-1.5 pl-4 text-sm text-ink shadow-lift"
          >
            A new version is ready.
            <Button small tone="primary" onClick={replaceNow}>
              Show
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
