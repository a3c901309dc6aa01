import { type RefObject, useEffect, useState } from "react";
import { askToReplace, readPreviewMessage, reloadPage } from "./preview-message.ts";

/** `since`: when loading began, by the clock of `performance.now()`. */
export type Frame = { url: string; loaded: boolean; since: number; reloads: number };
type Frames = { shown: Frame; next: Frame | null };

/** A page that does not reply within this time lacks the preview's script, or hangs, and is replaced. */
const answerWithinMs = 1_000;
/** The maximum number of reloads: an app that writes constantly would otherwise reload its next version forever. */
const maxReloads = 2;

const newFrame = (url: string): Frame => ({ url, loaded: false, since: performance.now(), reloads: 0 });

/** Returns the frames for another URL: loaded behind the visible one, or in its place if that has not loaded. */
const withUrl = ({ shown }: Frames, url: string): Frames => {
  if (!shown.loaded) return { shown: newFrame(url), next: null };
  return { shown, next: shown.url === url ? null : newFrame(url) };
};

const withLoaded = (frame: Frame, url: string): Frame => (frame.url === url ? { ...frame, loaded: true } : frame);

type Replacing = {
  url: string;
  /** Called while the page is in use and must not be replaced. */
  waiting: () => void;
  /** Called when the page may be replaced, with the milliseconds since the app's data last changed. */
  replace: (changedAgoMs: number) => void;
};

/** Asks the page in a frame until it may be replaced. */
function whenReplaceable(frame: HTMLIFrameElement, { url, waiting, replace }: Replacing): () => void {
  const { origin } = new URL(url, location.href);
  const timer = setTimeout(() => replace(Number.POSITIVE_INFINITY), answerWithinMs);
  const onMessage = (event: MessageEvent<unknown>) => {
    if (event.source !== frame.contentWindow) return;
    const message = readPreviewMessage(event, origin);
    if (message?.type !== "replaceable") return;
    clearTimeout(timer);
    if (message.ok) replace(message.changedAgoMs);
    else waiting();
  };
  addEventListener("message", onMessage);
  send(frame, askToReplace);
  return () => {
    clearTimeout(timer);
    removeEventListener("message", onMessage);
  };
}

/**
 * Posts a message to whatever origin the frame shows, possibly the one for browsers without cookies: it holds no
 * secret.
 */
const send = (frame: HTMLIFrameElement | null, message: object): void =>
  frame?.contentWindow?.postMessage(message, "*");

type FrameElements = {
  shown: RefObject<HTMLIFrameElement | null>;
  next: RefObject<HTMLIFrameElement | null>;
};

/**
 * Manages the visible frame and the one loading behind it. The next one replaces the visible one once loaded, but not
 * while a person uses that, unless they requested it (`isUrgent`). If they changed data after it began to load, it
 * reloads first, since it would show the old data.
 */
export function useFrames(url: string, isUrgent: boolean, elements: FrameElements) {
  const [frames, setFrames] = useState<Frames>(() => ({ shown: newFrame(url), next: null }));
  const [isWaiting, setWaiting] = useState(false);
  const newest = frames.next ?? frames.shown;
  if (newest.url !== url) setFrames(withUrl(frames, url));

  const { shown, next } = frames;
  const replaceNow = () => {
    if (next === null) return;
    send(elements.next.current, reloadPage);
    setWaiting(false);
    setFrames({ shown: next, next: null });
  };
  const ready = next?.loaded === true ? next : null;
  const shownUrl = shown.url;
  const { shown: shownElement, next: nextElement } = elements;
  useEffect(() => {
    if (ready === null) return;
    const replace = (changedAgoMs: number) => {
      const isStale = changedAgoMs < performance.now() - ready.since && ready.reloads < maxReloads;
      if (isStale) send(nextElement.current, reloadPage);
      else setWaiting(false);
      const reloading = { ...ready, loaded: false, since: performance.now(), reloads: ready.reloads + 1 };
      setFrames((known) => {
        if (known.next?.url !== ready.url) return known;
        return isStale ? { shown: known.shown, next: reloading } : { shown: known.next, next: null };
      });
    };
    if (isUrgent || shownElement.current === null) return replace(Number.POSITIVE_INFINITY);
    return whenReplaceable(shownElement.current, { url: shownUrl, waiting: () => setWaiting(true), replace });
  }, [ready, shownUrl, isUrgent, shownElement, nextElement]);

  const onLoad = (loadedUrl: string) =>
    setFrames((known) => ({
      shown: withLoaded(known.shown, loadedUrl),
      next: known.next && withLoaded(known.next, loadedUrl),
    }));
  return {
    frames: next === null ? [shown] : [shown, next],
    isWaiting: isWaiting && next !== null,
    replaceNow,
    onLoad,
  };
}
