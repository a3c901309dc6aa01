import { askForStyles, type PreviewMessage, readPreviewMessage, showStyles } from "./preview-message.ts";

/** A page without an answer in this time is replaced instead. */
const answerWithinMs = 3_000;

type Answer<Type> = Extract<PreviewMessage, { type: Type }>;

/**
 * Has the visible page take the style sheets of the next one, so that it keeps its state.
 * @param origin the origin of both pages
 * @returns whether it did; otherwise the next page has to replace it
 */
export async function takeStyles(shown: HTMLIFrameElement, next: HTMLIFrameElement, origin: string): Promise<boolean> {
  const newer = await answerOf(next, origin, askForStyles, (message) => (message.type === "styles" ? message : null));
  if (newer === null) return false;
  const order = showStyles(newer);
  const answer = await answerOf(shown, origin, order, (message) => (message.type === "styles-shown" ? message : null));
  return answer?.ok === true;
}

function answerOf<Type extends PreviewMessage["type"]>(
  frame: HTMLIFrameElement,
  origin: string,
  question: object,
  read: (message: PreviewMessage) => Answer<Type> | null,
): Promise<Answer<Type> | null> {
  const { promise, resolve } = Promise.withResolvers<Answer<Type> | null>();
  const timer = setTimeout(() => resolve(null), answerWithinMs);
  const onMessage = (event: MessageEvent<unknown>) => {
    if (event.source === null || event.source !== frame.contentWindow) return;
    const message = readPreviewMessage(event, origin);
    const answer = message === null ? null : read(message);
    if (answer !== null) resolve(answer);
  };
  addEventListener("message", onMessage);
  frame.contentWindow?.postMessage(question, "*");
  return promise.finally(() => {
    clearTimeout(timer);
    removeEventListener("message", onMessage);
  });
}
