import { ArrowUp } from "lucide-react";
import { lazy, Suspense, useRef } from "react";
import { AttachButton } from "../chat/attach-button.tsx";
import { attachEvents } from "../chat/attach-events.ts";
import { useAttachments } from "../chat/attach-files.ts";
import { takeAttachments } from "../chat/attachments.ts";
import { asideKey, typeDraft, useDraft } from "../chat/drafts.ts";
import { LongTextNote } from "../chat/long-text-note.tsx";
import { useSendWhenRead } from "../chat/use-send-when-read.ts";
import { Button } from "../ui/button.tsx";
import { isSubmitKey } from "../ui/enter-key.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { useAutoGrow } from "../ui/use-auto-grow.ts";
import { useStartProject } from "./use-start-project.ts";

// Loaded with the first attachment or error.
const AbovePrompt = lazy(() => loadChunk(() => import("../chat/above-prompt.tsx")));

// The scripted model can answer these too, since a new user's first attempt must work.
const examples = [
  "Make a todo list with an API that remembers the todos",
  "Make a guestbook with a database",
  "Make a dashboard with charts",
  "Make a small game",
  "Make a reading list with React and Hono",
];

/** Puts an example into the box. The code that sets aside a typed text is not part of the first page's scripts. */
async function putExample(userId: string, example: string): Promise<void> {
  const { replaceDraft } = await loadChunk(() => import("../chat/set-aside.ts"));
  replaceDraft(userId, example);
}

/** The prompt that starts a project. Enter sends it, and Shift + Enter inserts a line break. */
export function PromptBox({ userId }: { userId: string }) {
  const { typed: prompt, refusal } = useDraft(userId);
  const setPrompt = (text: string) => typeDraft(userId, text);
  const { typed: aside } = useDraft(asideKey(userId));
  const start = useStartProject(userId);
  const box = useRef<HTMLTextAreaElement>(null);
  useAutoGrow(box, prompt);
  const { items, reading } = useAttachments(userId);
  const cannotSend = prompt.trim() === "";
  const { isWaiting, submit } = useSendWhenRead(reading, prompt, () => {
    if (cannotSend || start.isPending) return;
    start.mutate({ prompt: prompt.trim(), attachments: takeAttachments(userId) });
  });
  const isBusy = start.isPending || isWaiting;
  return (
    <section aria-label="New app">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        {...attachEvents(userId)}
        className="rounded-xl border border-line-strong bg-raised p-2 shadow-lift transition-colors focus-within:border-ember"
      >
        {(refusal !== null || aside !== "" || items.length + reading > 0) && (
          <Suspense>
            <AbovePrompt draftKey={userId} refusal={refusal} />
          </Suspense>
        )}
        <textarea
          ref={box}
          aria-label="Describe an app"
          // biome-ignore lint/a11y/noAutofocus: it is the page's only purpose; off where a keyboard would cover it
          autoFocus={matchMedia("(pointer: fine)").matches}
          placeholder="Describe an app…"
          className="block max-h-64 min-h-20 w-full resize-none bg-transparent px-3 py-2 text-base outline-none field-sizing-content"
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
          onKeyDown={(event) => {
            if (!isSubmitKey(event.nativeEvent)) return;
            event.preventDefault();
            submit();
          }}
        />
        <LongTextNote text={prompt} />
        <div className="flex items-center gap-2 pl-1">
          <AttachButton draftKey={userId} />
          <span className="text-xs text-faint max-sm:hidden">Enter to start, Shift + Enter for a new line</span>
          <Button tone="primary" type="submit" busy={isBusy} disabled={cannotSend} className="ml-auto">
            Start {!isBusy && <ArrowUp size={15} />}
          </Button>
        </div>
      </form>
      <ul aria-label="Examples" className="mt-3 flex flex-wrap gap-2">
        {examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              disabled={start.isPending}
              onClick={() => void putExample(userId, example)}
              className="rounded-full border border-line px-3 py-1 text-left text-xs text-soft transition-colors hover:border-line-strong hover:text-ink"
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
