import { useSyncExternalStore } from "react";
import { isApiError } from "../api/client.ts";
import { readStored, removeAllStored, removeStored, type StorageKind, writeStored } from "../ui/storage.ts";
import { accepted, type Draft, emptyDraft, refused, sending, wholeOf } from "./draft.ts";

// Drafts outlive the box they are typed in: where a session runs out while one is on its way, the page is another one
// by the time the refusal comes.
const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

const prefix = "edgesmith-draft-";
const kinds: readonly StorageKind[] = ["session", "local"];

/** A tab keeps its own texts through a reload; a new tab, as after one that was closed, begins with the newest. */
function keep(key: string, text: string): void {
  for (const kind of kinds) {
    if (text === "") removeStored(kind, prefix + key);
    else writeStored(kind, prefix + key, text);
  }
}

const kept = (key: string): string => readStored("session", prefix + key) ?? readStored("local", prefix + key) ?? "";

function draftOf(key: string): Draft {
  const draft = drafts.get(key) ?? { ...emptyDraft, typed: kept(key) };
  drafts.set(key, draft);
  return draft;
}

function change(key: string, next: Draft): void {
  drafts.set(key, next);
  for (const listener of listeners) listener();
  keep(key, wholeOf(next));
}

export const typeDraft = (key: string, typed: string): void => change(key, { ...draftOf(key), typed });

/**
 * Sends what is typed. Until the server has accepted it, it is kept; refused, it is in the box again, with the reason.
 * @param send gets the text as it is meant to arrive, and rejects where it is refused
 */
export async function sendDraft(key: string, send: (text: string) => Promise<unknown>): Promise<void> {
  const { typed } = draftOf(key);
  change(key, sending(draftOf(key)));
  try {
    await send(typed.trim());
    change(key, accepted(draftOf(key), typed));
  } catch (error) {
    refuseDraft(key, typed, error);
  }
}

/** What was started is no draft any more; what was typed in its place meanwhile is. */
export function settleDraft(key: string, text: string): void {
  if (draftOf(key).typed.trim() === text) typeDraft(key, "");
}

/** Puts back what was refused. Who was signed out is told so by the page that they see then. */
export function refuseDraft(key: string, text: string, error: unknown): void {
  change(key, refused(draftOf(key), text, isApiError(error) && error.status === 401 ? null : error));
}

/** The person has read why. */
export const settleRefusal = (key: string): void => change(key, { ...draftOf(key), refusal: null });

/** The next to sit at this browser may be somebody else. */
export function forgetDrafts(): void {
  drafts.clear();
  for (const kind of kinds) removeAllStored(kind, prefix);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** @param key the project's id; for the box in which a project begins, the account's */
export const useDraft = (key: string): Draft => useSyncExternalStore(subscribe, () => draftOf(key));
