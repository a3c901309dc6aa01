import { useSyncExternalStore } from "react";
import { isApiError } from "../api/client.ts";
import {
  draftPrefix,
  readStored,
  removeAllStored,
  removeStored,
  type StorageKind,
  writeStored,
} from "../ui/storage.ts";
import { accepted, type Draft, emptyDraft, refused, sending, wholeOf } from "./draft.ts";

// Drafts outlive their box: when the session expires while a prompt is in flight, the page shows the sign-in form
// before the response arrives.
const drafts = new Map<string, Draft>();
const listeners = new Set<() => void>();

const kinds: readonly StorageKind[] = ["session", "local"];

/** Stores a draft. A tab keeps its own drafts across reloads; a new tab starts with the newest drafts. */
function keep(key: string, text: string): void {
  for (const kind of kinds) {
    if (text === "") removeStored(kind, draftPrefix + key);
    else writeStored(kind, draftPrefix + key, text);
  }
}

const kept = (key: string): string =>
  readStored("session", draftPrefix + key) ?? readStored("local", draftPrefix + key) ?? "";

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

/** Returns the text in a box. */
export const typedIn = (key: string): string => draftOf(key).typed;

/** Returns the key of the draft that stores the text set aside from a box (set-aside.ts). */
export const asideKey = (key: string): string => `${key} aside`;

export const typeDraft = (key: string, typed: string): void => change(key, { ...draftOf(key), typed });

/**
 * Sends the typed text, and keeps a copy until the server accepts it. A rejected text returns to the box with the
 * error.
 * @param send sends the trimmed text, and rejects when the server refuses it
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

/** Clears the draft of a started run, unless the person has typed other text meanwhile. */
export function settleDraft(key: string, text: string): void {
  if (draftOf(key).typed.trim() === text) typeDraft(key, "");
}

/** Returns a rejected text to the box. Stores no error for an expired session, which the sign-in page explains. */
export function refuseDraft(key: string, text: string, error: unknown): void {
  change(key, refused(draftOf(key), text, isApiError(error) && error.status === 401 ? null : error));
}

/** Dismisses the error. */
export const settleRefusal = (key: string): void => change(key, { ...draftOf(key), refusal: null });

/** Deletes all drafts on sign-out: the next person to use this browser may be someone else. */
export function forgetDrafts(): void {
  drafts.clear();
  for (const kind of kinds) removeAllStored(kind, draftPrefix);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/**
 * Returns the current draft.
 * @param key the project's id; the account's id for the box that creates projects
 */
export const useDraft = (key: string): Draft => useSyncExternalStore(subscribe, () => draftOf(key));
