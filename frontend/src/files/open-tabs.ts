import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "../ui/storage.ts";

// A browser tab keeps its own list of open files across reloads.
const prefix = "edgesmith-tabs-";
/** Beyond this number the file that was opened first is closed. */
const maxTabs = 20;

const known = new Map<string, readonly string[]>();
const listeners = new Set<() => void>();

const isText = (value: unknown): value is string => typeof value === "string";

function parseTabs(text: string | null): readonly string[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter(isText) : [];
  } catch {
    return []; // Stored by something else.
  }
}

/** Returns the paths of a project's open files. */
function tabsOf(projectId: string): readonly string[] {
  const tabs = known.get(projectId) ?? parseTabs(readStored("session", prefix + projectId));
  known.set(projectId, tabs);
  return tabs;
}

function change(projectId: string, tabs: readonly string[]): void {
  known.set(projectId, tabs);
  writeStored("session", prefix + projectId, JSON.stringify(tabs));
  for (const listener of listeners) listener();
}

/** Appends a file, unless it is already open. */
export function openTab(projectId: string, path: string): void {
  const tabs = tabsOf(projectId);
  if (!tabs.includes(path)) change(projectId, [...tabs, path].slice(-maxTabs));
}

/**
 * Closes a file.
 * @returns the path of the neighbour that takes its place; null if no file is left
 */
export function closeTab(projectId: string, path: string): string | null {
  const tabs = tabsOf(projectId);
  const at = tabs.indexOf(path);
  if (at === -1) return tabs.at(-1) ?? null;
  const left = tabs.toSpliced(at, 1);
  change(projectId, left);
  return left[Math.min(at, left.length - 1)] ?? null;
}

/** Updates the path of an open file that was renamed. */
export function renameTab(projectId: string, path: string, to: string): void {
  const tabs = tabsOf(projectId);
  if (tabs.includes(path)) change(projectId, [...new Set(tabs.map((one) => (one === path ? to : one)))]);
}

addEventListener("edgesmith-forget", () => known.clear());

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns the paths of the open files, in the order in which the person opened them. */
export const useTabs = (projectId: string): readonly string[] =>
  useSyncExternalStore(subscribe, () => tabsOf(projectId));
