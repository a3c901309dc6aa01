import { type RefObject, useEffect, useState } from "react";
import { askToReplace, readPreviewMessage, reloadPage } from "./preview-message.ts";
import { takeBuild } from "./take-build.ts";

/** A frame. `since`: the start of its load, in milliseconds of `performance.now()`. */
export type Frame = {
  url: string;
  /** The link that the frame loads: `url` with the path of the page that the person is on. */
  src: string;
  /** The URL of the preview whose build the page has. Differs from `url` once the page has adopted a newer build. */
  builtFor: string;
  /** The revision that the page shows; null if unknown. */
  revision: number | null;
  loaded: boolean;
  since: number;
  reloads: number;
};
type Frames = { shown: Frame; next: Frame | null };

/**
 * The build to show. `sourcesSince`: the revision since which only source files have changed, so that its page can
 * adopt this build instead of being replaced. `path`: the page of the app that a new frame opens.
 */
export type FramedBuild = { url: string; revision: number | null; sourcesSince: number | null; path: string };

/** A page that does not reply within this many milliseconds hangs, or lacks the preview's script, and is replaced. */
const answerWithinMs = 1_000;
/** The maximum number of reloads. An app that writes continuously would otherwise reload its next version forever. */
const maxReloads = 2;

/** Returns a preview's link to a page of the app. */
function linkTo(url: string, path: string): string {
  const link = new URL(url, location.href);
  link.searchParams.set("to", path);
  return link.href;
}

const newFrame = ({ url, revision, path }: FramedBuild): Frame => ({
  url,
  src: path === "/" ? url : linkTo(url, path),
  builtFor: url,
  revision,
  loaded: false,
  since: performance.now(),
  reloads: 0,
});

/**
 * Returns the frames for another URL. The new frame loads behind the visible frame, or replaces it if it has not loaded
 * yet.
 */
const withBuild = ({ shown }: Frames, build: FramedBuild): Frames => {
  if (!shown.loaded) return { shown: newFrame(build), next: null };
  return { shown, next: shown.builtFor === build.url ? null : newFrame(build) };
};

const withLoaded = (frame: Frame, url: string): Frame => (frame.url === url ? { ...frame, loaded: true } : frame);

/**
 * When the visible page navigates while the next build loads, either build may serve it, since both have the same
 * origin.
 */
const withLoadedVisible = ({ shown, next }: Frames, url: string): Frame =>
  shown.url === url && shown.loaded && next !== null ? { ...shown, revision: null } : withLoaded(shown, url);

/** Keeps the visible page, which has adopted the next page's build. */
const withBuildOf = (shown: Frame, { url, revision }: Frame): Frames => ({
  shown: { ...shown, builtFor: url, revision },
  next: null,
});

type Replacing = {
  url: string;
  /** Called while the page is in use and must not be replaced. */
  waiting: () => void;
  /** Called when the page may be replaced, with the milliseconds since the app's data last changed. */
  replace: (changedAgoMs: number) => void;
};

/** Polls the page in a frame until it may be replaced. */
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
 * Posts a message to any origin, since browsers without cookies use another one. The message contains no secret.
 */
const send = (frame: HTMLIFrameElement | null, message: object): void =>
  frame?.contentWindow?.postMessage(message, "*");

type FrameElements = {
  shown: RefObject<HTMLIFrameElement | null>;
  next: RefObject<HTMLIFrameElement | null>;
};

/**
 * Manages the visible frame and the frame that loads behind it. The next frame replaces the visible frame once it has
 * loaded, but, unless the person requested it (`isUrgent`), not while a person uses the visible frame. If the app's
 * data changed after the next frame began to load, that frame reloads first, since it would show the old data.
 */
export function useFrames(build: FramedBuild, isUrgent: boolean, elements: FrameElements) {
  const [frames, setFrames] = useState<Frames>(() => ({ shown: newFrame(build), next: null }));
  const [isWaiting, setWaiting] = useState(false);
  const newest = frames.next ?? frames.shown;
  if (newest.builtFor !== build.url) setFrames(withBuild(frames, build));

  const { shown, next } = frames;
  const replaceNow = () => {
    if (next === null) return;
    send(elements.next.current, reloadPage);
    setWaiting(false);
    setFrames({ shown: next, next: null });
  };
  const ready = next?.loaded === true ? next : null;
  const shownUrl = shown.url;
  const isTakeable = build.sourcesSince !== null && shown.revision === build.sourcesSince && ready?.url === build.url;
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
    const visible = shownElement.current;
    if (isUrgent || visible === null) return replace(Number.POSITIVE_INFINITY);
    const replaceLater = () => whenReplaceable(visible, { url: shownUrl, waiting: () => setWaiting(true), replace });
    if (!isTakeable || nextElement.current === null) return replaceLater();
    let stop: () => void = () => undefined;
    let isOver = false;
    void takeBuild(visible, nextElement.current, new URL(shownUrl, location.href).origin).then((isTaken) => {
      if (isOver) return;
      if (!isTaken) stop = replaceLater();
      else setFrames((known) => (known.next?.url === ready.url ? withBuildOf(known.shown, ready) : known));
    });
    return () => {
      isOver = true;
      stop();
    };
  }, [ready, shownUrl, isUrgent, isTakeable, shownElement, nextElement]);

  const onLoad = (loadedUrl: string) =>
    setFrames((known) => ({
      shown: withLoadedVisible(known, loadedUrl),
      next: known.next && withLoaded(known.next, loadedUrl),
    }));
  return {
    frames: next === null ? [shown] : [shown, next],
    isWaiting: isWaiting && next !== null,
    replaceNow,
    onLoad,
  };
}
