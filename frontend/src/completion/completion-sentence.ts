import { useSyncExternalStore } from "react";
import { completionState, onCompletionState } from "./project-completion.ts";

const sentences = {
  idle: "",
  ready: "",
  loading: "Loading types…",
  partial: "Some packages have no types",
  unreachable: "No types while offline",
  refused: "Types can't be loaded",
  stopped: "Types take too long",
} as const;

/** Returns a sentence about the types of the open project; empty while they are as they should be. */
export const useCompletionSentence = (): string => sentences[useSyncExternalStore(onCompletionState, completionState)];
