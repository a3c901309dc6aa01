import { useSyncExternalStore } from "react";
import type { FileContent } from "../../../worker/contract/index.ts";
import type { StorageKind } from "../ui/storage.ts";
import { removeDraft, storeDraft, storedDrafts } from "./stored-drafts.ts";

/** Unsaved edits of a file, and the file's content when editing began. */
export type EditDraft = { text: string; base: FileContent };

type ProjectDrafts = ReadonlyMap<string, EditDraft>;

// Outside of React, since a key press changes only one file's draft and must not render the tree or the conversation.
// Outside of the page too, so that edits survive a hidden panel, a change of project and an expired session.
const drafts = new Map<string, ProjectDrafts>();
const dirty = new Map<string, ReadonlySet<string>>();
const listeners = new Set<() => void>();
/**
 * The drafts that are not stored yet, or cannot be stored. The browser warns before the page that holds them closes.
 */
const unstored = new Set<string>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let notice: ReturnType<typeof setTimeout> | undefined;
let waitingSince = 0;
/** Whether listeners will be notified right after the next frame. */
let isDue = false;

/** A tab keeps its own edits across reloads; a new tab starts with the newest edits. */
const kinds: readonly StorageKind[] = ["session", "local"];
const keyOf = (projectId: string, path: string) => `${projectId}/${path}`;
const typingPauseMs = 300;
/**
 * The delay before listeners are notified, in milliseconds. Rendering between two keys of a fast typist would delay the
 * second key. While keys follow each other, the edit is rendered within a second.
 */
const noticeMs = 150;
const maxNoticeMs = 1_000;

function notify(): void {
  clearTimeout(notice);
  notice = undefined;
  isDue = false;
  for (const listener of listeners) listener();
}

/**
 * Notifies listeners after the key was painted: the editor already shows it, and everything else can render a moment
 * later. A timer that fires while the person keeps typing would run before the newest key is painted, so this waits for
 * that key's frame.
 */
function notifySoon(): void {
  if (isDue) return;
  const now = performance.now();
  if (notice === undefined) waitingSince = now;
  clearTimeout(notice);
  isDue = now - waitingSince >= maxNoticeMs;
  if (isDue) requestAnimationFrame(() => setTimeout(notify));
  else notice = setTimeout(notify, noticeMs);
}

function store(projectId: string, path: string, draft: EditDraft | null): void {
  const key = keyOf(projectId, path);
  clearTimeout(timers.get(key));
  timers.delete(key);
  if (draft === null) for (const kind of kinds) removeDraft(kind, projectId, path);
  const isKept = draft !== null && kinds.map((kind) => storeDraft(kind, projectId, path, draft)).includes(true);
  if (draft === null || isKept) unstored.delete(key);
}

/** Stores a draft when typing pauses, since writing a large file at each key is slow. */
function storeSoon(projectId: string, path: string): void {
  const key = keyOf(projectId, path);
  unstored.add(key);
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => store(projectId, path, editDraftOf(projectId, path) ?? null), typingPauseMs),
  );
}

/** Stores all pending edits, since the page may be closed. */
function storeAll(): void {
  for (const [projectId, files] of drafts)
    for (const [path, draft] of files) if (timers.has(keyOf(projectId, path))) store(projectId, path, draft);
}
addEventListener("pagehide", storeAll);
addEventListener("beforeunload", (event) => {
  storeAll();
  if (unstored.size > 0) event.preventDefault();
});

/** Reads the project's drafts that an earlier page stored. */
const readAll = (projectId: string): ProjectDrafts =>
  new Map(kinds.toReversed().flatMap((kind) => [...storedDrafts(kind, projectId)]));

function draftsOf(projectId: string): ProjectDrafts {
  const known = drafts.get(projectId) ?? readAll(projectId);
  drafts.set(projectId, known);
  return known;
}

/** Returns a file's unsaved edits; undefined if it has none. */
export const editDraftOf = (projectId: string, path: string): EditDraft | undefined => draftsOf(projectId).get(path);

/** Returns a project's unsaved texts with their paths. */
export const unsavedTexts = (projectId: string): [path: string, text: string][] =>
  [...draftsOf(projectId)].map(([path, { text }]) => [path, text]);

/** Sets a file's unsaved edits; null discards them. */
export function setEditDraft(projectId: string, path: string, draft: EditDraft | null): void {
  const known = draftsOf(projectId);
  if (draft === null && !known.has(path)) return;
  const next = new Map(known);
  if (draft === null) next.delete(path);
  else next.set(path, draft);
  drafts.set(projectId, next);
  const isNews = known.has(path) !== next.has(path);
  if (isNews) dirty.delete(projectId);
  if (draft === null) store(projectId, path, null);
  else storeSoon(projectId, path);
  if (isNews) notify();
  else notifySoon();
}

/** Deletes all drafts on sign-out: the next person to use this browser may be someone else. */
addEventListener("edgesmith-forget", () => {
  for (const timer of timers.values()) clearTimeout(timer);
  clearTimeout(notice);
  for (const known of [drafts, dirty, timers, unstored]) known.clear();
});

function dirtyPaths(projectId: string): ReadonlySet<string> {
  const known = dirty.get(projectId) ?? new Set(draftsOf(projectId).keys());
  dirty.set(projectId, known);
  return known;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns a file's current unsaved edits; undefined if it has none. */
export const useEditDraft = (projectId: string, path: string): EditDraft | undefined =>
  useSyncExternalStore(subscribe, () => editDraftOf(projectId, path));

/** Returns the paths with unsaved edits. Returns the same set until another file is edited or saved. */
export const useDirtyPaths = (projectId: string): ReadonlySet<string> =>
  useSyncExternalStore(subscribe, () => dirtyPaths(projectId));
