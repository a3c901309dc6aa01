import { useSyncExternalStore } from "react";
import type { CompletionState } from "./completion-client.ts";
import { completionState, onCompletionState } from "./project-completion.ts";

const sentences: Record<CompletionState, string> = {
  idle: "",
  ready: "",
  loading: "Loading types…",
  partial: "Some packages have no types",
  unreachable: "No types while offline",
  refused: "Types can't be loaded",
  stopped: "Loading types timed out",
};

/**
 * Returns the state of the open project's types, with a sentence for the user that is empty while they are complete.
 */
export function useCompletionSentence(): { state: CompletionState; sentence: string } {
  const state = useSyncExternalStore(onCompletionState, completionState);
  return { state, sentence: sentences[state] };
}
