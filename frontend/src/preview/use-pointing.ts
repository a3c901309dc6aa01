import { type RefObject, useCallback, useEffect, useEffectEvent, useState } from "react";
import type { FramesHandle } from "./preview-frames.tsx";
import { beginPointing, endPointing, type PointedElement, pointMore, readPreviewMessage } from "./preview-message.ts";

/**
 * The elements chosen so far, the revision that their places are of, null when it is unknown, and whether each choice is one more.
 */
export type Pointed = { elements: PointedElement[]; revision: number | null; isMore: boolean };

/** A person's pointing in the preview, with the nonce of its session. */
type Session = Pointed & { nonce: string };

/**
 * Lets a person point at elements of the visible page. Only messages of that page's window about this session count. A newer page goes
 * on with it: the elements chosen in the earlier page stay chosen, by its revision, until the person chooses in the newer one.
 * @param url the address of the page, whose origin speaks
 */
export function usePointing(frames: RefObject<FramesHandle | null>, url: string | undefined) {
  const [session, setSession] = useState<Session | null>(null);
  const origin = url === undefined ? null : new URL(url, location.href).origin;
  const nonce = session?.nonce ?? null;
  const isMore = session?.isMore ?? false;
  const end = useCallback(() => setSession(null), []);
  const resume = () => {
    if (nonce !== null) frames.current?.post(beginPointing(nonce, { isMore, isFirst: false }));
  };
  const heard = useEffectEvent((event: MessageEvent<unknown>) => {
    if (origin === null || frames.current?.shows(event.source) !== true) return;
    const message = readPreviewMessage(event, origin);
    if (message?.type === "ready") resume();
    if (message?.type === "pointed" && message.nonce === nonce)
      setSession({ nonce, isMore, elements: message.elements, revision: frames.current.revision() });
    if (message?.type === "pointing-ended" && message.nonce === nonce) setSession(null);
  });
  useEffect(() => {
    if (nonce === null) return;
    const page = frames.current;
    addEventListener("message", heard);
    // The page hears Escape only while it has the focus. Before the chat, in which it stops the run; a dialog closes first.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      setSession(null);
    };
    addEventListener("keydown", onKey, { capture: true });
    page?.post(beginPointing(nonce, { isMore: false, isFirst: true }));
    return () => {
      removeEventListener("message", heard);
      removeEventListener("keydown", onKey, { capture: true });
      page?.post(endPointing(nonce));
    };
  }, [nonce, frames]);
  return {
    pointed: session,
    begin: () => setSession({ nonce: crypto.randomUUID(), elements: [], revision: null, isMore: false }),
    end,
    /** Goes on in another page that has become the visible one. */
    resume,
    /** Sets whether each choice is one more, as with Shift. */
    more: (next: boolean) => {
      if (session === null) return;
      setSession({ ...session, isMore: next });
      frames.current?.post(pointMore(session.nonce, next));
    },
  };
}
