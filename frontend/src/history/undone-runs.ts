import { useSyncExternalStore } from "react";
import { readStored, removeAllStored, writeStored } from "../ui/storage.ts";

/** The revision that undid a run, by the run's id. */
type Undone = Readonly<Record<string, number>>;

const prefix = "edgesmith-undone-";
const none: Undone = {};
const known = new Map<string, Undone>();
const listeners = new Set<() => void>();

function parseUndone(stored: string | null): Undone {
  if (stored === null) return none;
  try {
    const parsed: unknown = JSON.parse(stored);
    const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
    return Object.fromEntries(entries.flatMap(([run, at]) => (typeof at === "number" ? [[run, at]] : [])));
  } catch {
    return none; // Written by something else.
  }
}

/** Returns the runs of a project that this browser has undone. */
export function undoneIn(projectId: string): Undone {
  const undone = known.get(projectId) ?? parseUndone(readStored("local", prefix + projectId));
  known.set(projectId, undone);
  return undone;
}

function change(projectId: string, undone: Undone): void {
  known.set(projectId, undone);
  for (const listener of listeners) listener();
  writeStored("local", prefix + projectId, JSON.stringify(undone));
}

/** Remembers in this browser that a revision undid a run. */
export const markUndone = (projectId: string, runId: string, revision: number): void =>
  change(projectId, { ...undoneIn(projectId), [runId]: revision });

/** Forgets the runs that were undone after a revision, since the project has gone back to it. */
export function unmarkAfter(projectId: string, revision: number): void {
  const kept = Object.entries(undoneIn(projectId)).filter(([, at]) => at <= revision);
  change(projectId, Object.fromEntries(kept));
}

addEventListener("edgesmith-forget", () => {
  known.clear();
  removeAllStored("local", prefix);
});

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns the revision by which this browser undid a run; null for one that it did not undo. */
export const useUndone = (projectId: string, runId: string): number | null =>
  useSyncExternalStore(subscribe, () => undoneIn(projectId)[runId] ?? null);
