import { type RefObject, useEffect, useEffectEvent } from "react";
import { useKeptState } from "../workspace/use-kept-state.ts";
import { nothingPointed, type Pointed, readPointed, storedPointed, type Typed } from "./pointed.ts";
import type { FramesHandle } from "./preview-frames.tsx";
import { beginPointing, endPointing, pointMore, readPreviewMessage } from "./preview-message.ts";

/** A person's pointing in the preview, with the nonce of its session. */
type Session = Pointed & { nonce: string; isKept: boolean };

/** A kept pointing goes on in the page that a reload has opened, under a new nonce. */
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
 * Lets a person point at elements of the visible page. Only messages of that page's window about this session count. A newer page goes
 * on with it: the elements chosen in the earlier page stay chosen, by its revision, until the person chooses in the newer one.
 * A reload keeps the elements and the input about them.
 * @param may whether the person may change the project: otherwise it ends, and the input is kept
 * @param url the address of the page, whose origin speaks
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
  // The page hears Escape only while it has the focus. Before the chat, in which it stops the run; a dialog closes first.
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
    /** Keeps the input. */
    type: (typed: Typed) => {
      if (session !== null) setSession({ ...session, typed });
    },
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
