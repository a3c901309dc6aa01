import { useSyncExternalStore } from "react";
import type { FileContent } from "../../../worker/contract/index.ts";
import type { StorageKind } from "../ui/storage.ts";
import { removeDraft, storeDraft, storedDrafts } from "./stored-drafts.ts";

/** Unsaved edits of a file, and the file's content when they began. */
export type EditDraft = { text: string; base: FileContent };

type ProjectDrafts = ReadonlyMap<string, EditDraft>;

// Outside of React: a key press changes one file's draft, and must render neither the tree nor the conversation. Outside of
// the page too, so that a hidden panel, another project or an expired session loses no edits.
const drafts = new Map<string, ProjectDrafts>();
const dirty = new Map<string, ReadonlySet<string>>();
const listeners = new Set<() => void>();
/** The drafts that are not stored yet, or cannot be: the browser asks before they are lost. */
const unstored = new Set<string>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let notice: ReturnType<typeof setTimeout> | undefined;
let waitingSince = 0;
/** Whether listeners are notified right after the next frame. */
let isDue = false;

/** A tab keeps its own edits across reloads; a new tab starts with the newest ones. */
const kinds: readonly StorageKind[] = ["session", "local"];
const keyOf = (projectId: string, path: string) => `${projectId}/${path}`;
const typingPauseMs = 300;
/**
 * Rendering between two keys of a quick typist would delay the second one; while keys follow each other, the edit is
 * rendered within a second.
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
 * Notifies after the key was painted: the editor already shows it, and everything else can render a moment later. A timer
 * that ends while keys follow each other would come before the paint of one, so that key's own frame is waited for.
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

/** Stores a draft once typing pauses: writing a large file at each key would be felt. */
function storeSoon(projectId: string, path: string): void {
  const key = keyOf(projectId, path);
  unstored.add(key);
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => store(projectId, path, editDraftOf(projectId, path) ?? null), typingPauseMs),
  );
}

/** Stores the edits of the last moment, since the page may be gone afterwards. */
function storeAll(): void {
  for (const [projectId, files] of drafts)
    for (const [path, draft] of files) if (timers.has(keyOf(projectId, path))) store(projectId, path, draft);
}
addEventListener("pagehide", storeAll);
addEventListener("beforeunload", (event) => {
  storeAll();
  if (unstored.size > 0) event.preventDefault();
});

/** Reads the drafts of a project that an earlier page stored. */
const readAll = (projectId: string): ProjectDrafts =>
  new Map(kinds.toReversed().flatMap((kind) => [...storedDrafts(kind, projectId)]));

function draftsOf(projectId: string): ProjectDrafts {
  const known = drafts.get(projectId) ?? readAll(projectId);
  drafts.set(projectId, known);
  return known;
}

/** Returns the unsaved edits of a file. */
export const editDraftOf = (projectId: string, path: string): EditDraft | undefined => draftsOf(projectId).get(path);

/** Returns the unsaved texts of a project by path. */
export const unsavedTexts = (projectId: string): [path: string, text: string][] =>
  [...draftsOf(projectId)].map(([path, { text }]) => [path, text]);

/** Sets the unsaved edits of a file; null drops them. */
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

/** Deletes all drafts on sign-out: the next person at this browser may be someone else. */
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

/** Returns the current unsaved edits of a file. */
export const useEditDraft = (projectId: string, path: string): EditDraft | undefined =>
  useSyncExternalStore(subscribe, () => editDraftOf(projectId, path));

/** Returns the paths with unsaved edits: the same set until another file is edited or saved. */
export const useDirtyPaths = (projectId: string): ReadonlySet<string> =>
  useSyncExternalStore(subscribe, () => dirtyPaths(projectId));
