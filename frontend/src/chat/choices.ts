import { useSyncExternalStore } from "react";
import type { ModelTier, RunMode } from "../../../worker/contract/index.ts";
import { draftPrefix, readStored, removeStored, writeStored } from "../ui/storage.ts";

/** The options of a prompt: its mode, and the agent and the model if the person chose them. */
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

// Outside of the box: editing an earlier prompt sets them too.
const known = new Map<string, Choices>();
const listeners = new Set<() => void>();

/** Reads the kept options: a window keeps its own over a reload, and a new one takes the newest with the draft that it begins with. */
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
    return initial; // Written by another version of the page.
  }
}

function choicesOf(projectId: string): Choices {
  const choices = known.get(projectId) ?? kept(projectId);
  known.set(projectId, choices);
  return choices;
}

/** Keeps the options with the prompt that is being typed: a window begins with the newest prompt and with its options. */
export function keepChoices(projectId: string): void {
  const key = storedKey(projectId);
  const choices = choicesOf(projectId);
  const text = JSON.stringify(choices);
  if (readStored("session", key) !== text) writeStored("session", key, text);
  if (choices.mode === "build" && choices.agent === "" && choices.model === null) removeStored("local", key);
  else if (readStored("local", key) !== text) writeStored("local", key, text);
}

/** Sets the options of the next prompt in a project, and keeps them with its draft. */
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

/** Returns the options of the next prompt in a project. */
export const useChoices = (projectId: string): Choices => useSyncExternalStore(subscribe, () => choicesOf(projectId));
