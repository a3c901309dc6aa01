import { useSyncExternalStore } from "react";
import type { ModelTier, RunMode } from "../../../worker/contract/index.ts";
import { draftPrefix, readStored, removeStored, writeStored } from "../ui/storage.ts";

/** The options of a prompt: its mode, and the agent and model if the person chose them. */
export type Choices = { mode: RunMode; agent: string; model: ModelTier | null };

const initial: Choices = { mode: "build", agent: "", model: null };
const modes: readonly unknown[] = ["build", "plan", "ask"] satisfies RunMode[];
const tiers: readonly unknown[] = ["fast", "balanced", "deep"] satisfies ModelTier[];
const storedKey = (projectId: string): string => `${draftPrefix}${projectId} choices`;

const isChoices = (value: unknown): value is Choices =>
  typeof value === "object" &&
  value !== null &&
  "mode" in value &&
  modes.includes(value.mode) &&
  "agent" in value &&
  typeof value.agent === "string" &&
  "model" in value &&
  (value.model === null || tiers.includes(value.model));

// Stored outside of the prompt box, since editing an earlier prompt sets the options too.
const known = new Map<string, Choices>();
const listeners = new Set<() => void>();

/**
 * Reads the stored options. A tab keeps its own options across reloads; a new tab starts with the newest options, as
 * with the draft.
 */
function kept(projectId: string): Choices {
  const hasDraft = (kind: "local" | "session") => readStored(kind, draftPrefix + projectId) !== null;
  const begins = !hasDraft("session") && hasDraft("local");
  const key = storedKey(projectId);
  try {
    const value: unknown = JSON.parse(
      readStored("session", key) ?? (begins ? readStored("local", key) : null) ?? "null",
    );
    return isChoices(value) ? value : initial;
  } catch {
    return initial; // Stored by another version of the page.
  }
}

function choicesOf(projectId: string): Choices {
  const choices = known.get(projectId) ?? kept(projectId);
  known.set(projectId, choices);
  return choices;
}

/** Stores the options with the draft, so that a new tab starts with the newest prompt and its options. */
export function keepChoices(projectId: string): void {
  const key = storedKey(projectId);
  const choices = choicesOf(projectId);
  const text = JSON.stringify(choices);
  if (readStored("session", key) !== text) writeStored("session", key, text);
  if (choices.mode === "build" && choices.agent === "" && choices.model === null) removeStored("local", key);
  else if (readStored("local", key) !== text) writeStored("local", key, text);
}

/** Sets the options of the project's next prompt, and stores them with its draft. */
export function choose(projectId: string, choices: Choices): void {
  known.set(projectId, choices);
  keepChoices(projectId);
  for (const listener of listeners) listener();
}

addEventListener("edgesmith-forget", () => known.clear());

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns the options of the project's next prompt. */
export const useChoices = (projectId: string): Choices => useSyncExternalStore(subscribe, () => choicesOf(projectId));
