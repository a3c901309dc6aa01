import { askForBuild, type PreviewMessage, readPreviewMessage, takeNewerBuild } from "./preview-message.ts";

/**
 * The timeout of the page's reply, in milliseconds; it loads the newer scripts first. After it the page is replaced.
 */
const answerWithinMs = 10_000;

type Answer<Type> = Extract<PreviewMessage, { type: Type }>;

/**
 * Makes the visible page adopt the style sheets and scripts of the next page, so that it keeps its state.
 * @param origin the origin of both pages
 * @returns whether the page did; if not, the next page must replace it
 */
export async function takeBuild(shown: HTMLIFrameElement, next: HTMLIFrameElement, origin: string): Promise<boolean> {
  const newer = await answerOf(next, origin, askForBuild, (message) => (message.type === "build" ? message : null));
  if (newer === null) return false;
  const order = takeNewerBuild(newer);
  const answer = await answerOf(shown, origin, order, (message) => (message.type === "build-taken" ? message : null));
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
