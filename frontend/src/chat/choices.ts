import { useSyncExternalStore } from "react";
import type { ModelTier, RunMode } from "../../../worker/contract/index.ts";

/** The options of a prompt: its mode, and the agent and the model if the person chose them. */
export type Choices = { mode: RunMode; agent: string; model: ModelTier | null };

const initial: Choices = { mode: "build", agent: "", model: null };
// Outside of the box: editing an earlier prompt sets them too.
const known = new Map<string, Choices>();
const listeners = new Set<() => void>();

/** Sets the options of the next prompt in a project. */
export function choose(projectId: string, choices: Choices): void {
  known.set(projectId, choices);
  for (const listener of listeners) listener();
}

addEventListener("edgesmith-forget", () => known.clear());

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns the options of the next prompt in a project. */
export const useChoices = (projectId: string): Choices =>
  useSyncExternalStore(subscribe, () => known.get(projectId) ?? initial);
