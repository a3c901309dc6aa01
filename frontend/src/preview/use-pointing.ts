import { type RefObject, useCallback, useEffect, useEffectEvent, useState } from "react";
import type { FramesHandle } from "./preview-frames.tsx";
import { beginPointing, endPointing, type PointedElement, readPreviewMessage } from "./preview-message.ts";

/** The elements chosen so far, and the revision that their places are of; null when it is unknown. */
export type Pointed = { elements: PointedElement[]; revision: number | null };

/** A person's pointing in the preview, with the nonce of its session. */
type Session = Pointed & { nonce: string };

/**
 * Lets a person point at elements of the visible page. Only messages of that page's window about this session count; a newer page ends
 * it, since the elements are gone.
 * @param url the address of the page, whose origin speaks
 */
export function usePointing(frames: RefObject<FramesHandle | null>, url: string | undefined) {
  const [session, setSession] = useState<Session | null>(null);
  const origin = url === undefined ? null : new URL(url, location.href).origin;
  const nonce = session?.nonce ?? null;
  const end = useCallback(() => setSession(null), []);
  const heard = useEffectEvent((event: MessageEvent<unknown>) => {
    if (origin === null || frames.current?.shows(event.source) !== true) return;
    const message = readPreviewMessage(event, origin);
    if (message?.type === "pointed" && message.nonce === nonce)
      setSession({ nonce, elements: message.elements, revision: frames.current.revision() });
    if (message?.type === "pointing-ended" && message.nonce === nonce) setSession(null);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another page, whose elements are others
  useEffect(end, [url, end]);
  useEffect(() => {
    if (nonce === null) return;
    const page = frames.current;
    addEventListener("message", heard);
    // The page hears Escape only while it has the focus.
    const onKey = ({ key }: KeyboardEvent) => key === "Escape" && setSession(null);
    addEventListener("keydown", onKey);
    page?.post(beginPointing(nonce));
    return () => {
      removeEventListener("message", heard);
      removeEventListener("keydown", onKey);
      page?.post(endPointing(nonce));
    };
  }, [nonce, frames]);
  return {
    pointed: session,
    begin: () => setSession({ nonce: crypto.randomUUID(), elements: [], revision: null }),
    end,
  };
}
