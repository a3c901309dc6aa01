import { type RefObject, useEffect, useEffectEvent } from "react";
import { useKeptState } from "../workspace/use-kept-state.ts";
import { nothingPointed, type Pointed, readPointed, storedPointed, type Typed } from "./pointed.ts";
import type { FramesHandle } from "./preview-frames.tsx";
import { beginPointing, endPointing, pointMore, readPreviewMessage } from "./preview-message.ts";

/** A session in which a person selects elements in the preview, with its nonce. */
type Session = Pointed & { nonce: string; isKept: boolean };

/** Parses a stored session. It continues in the reloaded page under a new nonce. */
function readSession(kept: unknown): Session | null {
  const pointed = readPointed(kept);
  return pointed && { ...pointed, nonce: crypto.randomUUID(), isKept: true };
}

const toKeep = (session: Session | null): unknown => {
  if (session === null) return null;
  const { nonce: _, isKept: __, ...pointed } = session;
  return storedPointed(pointed);
};

/**
 * Lets a person select elements of the visible page. Accepts only messages of that page's window about this session. A
 * newer page continues the session: elements of the earlier page stay selected, at their revision, until the person
 * selects elements in the newer page. A reload keeps the elements and the input about them.
 * @param may whether the person may change the project; otherwise the session ends and its input is kept
 * @param url the URL of the page, whose origin sends the messages
 */
export function usePointing(
  projectId: string,
  frames: RefObject<FramesHandle | null>,
  url: string | undefined,
  may: boolean,
) {
  const [kept, setSession] = useKeptState(projectId, "pointing", readSession, toKeep);
  const session = may ? kept : null;
  const origin = url === undefined ? null : new URL(url, location.href).origin;
  const nonce = session?.nonce ?? null;
  const isMore = session?.isMore ?? false;
  const isFirst = session?.isKept !== true;
  const resume = () => {
    if (nonce !== null) frames.current?.post(beginPointing(nonce, { isMore, isFirst: false }));
  };
  const heard = useEffectEvent((event: MessageEvent<unknown>) => {
    if (origin === null || frames.current?.shows(event.source) !== true) return;
    const message = readPreviewMessage(event, origin);
    if (message?.type === "ready") resume();
    if (message?.type === "pointed" && message.nonce === nonce && session !== null)
      setSession({ ...session, elements: message.elements, revision: frames.current.revision() });
    if (message?.type === "pointing-ended" && message.nonce === nonce) setSession(null);
  });
  // The page receives Escape only while it has the focus. Capturing handles the key before the chat, in which it would
  // stop the run. A dialog closes first.
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]") !== null) return;
    event.preventDefault();
    setSession(null);
  });
  useEffect(() => {
    if (nonce === null) return;
    const page = frames.current;
    addEventListener("message", heard);
    addEventListener("keydown", pressed, { capture: true });
    page?.post(beginPointing(nonce, { isMore: false, isFirst }));
    return () => {
      removeEventListener("message", heard);
      removeEventListener("keydown", pressed, { capture: true });
      page?.post(endPointing(nonce));
    };
  }, [nonce, isFirst, frames]);
  return {
    pointed: session,
    begin: () => setSession({ ...nothingPointed, nonce: crypto.randomUUID(), isKept: false }),
    end: () => setSession(null),
    /** Stores the input. */
    type: (typed: Typed) => {
      if (session !== null) setSession({ ...session, typed });
    },
    /** Continues the session in another page that became visible. */
    resume,
    /** Sets whether each click adds to the selection, as with Shift. */
    more: (next: boolean) => {
      if (session === null) return;
      setSession({ ...session, isMore: next });
      frames.current?.post(pointMore(session.nonce, next));
    },
  };
}
