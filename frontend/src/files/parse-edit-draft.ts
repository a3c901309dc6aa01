import type { EditDraft } from "./edit-drafts.ts";

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Parses JSON; null if the text is not valid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Another version of the page may have stored another format.
  }
}

/** Parses stored unsaved edits; null if they are invalid. */
export function parseEditDraft(stored: string | null): EditDraft | null {
  const draft = stored === null ? null : parseJson(stored);
  if (!isRecord(draft) || !isRecord(draft.base) || typeof draft.text !== "string") return null;
  const { path, content, encoding, language, bytes, sha256, revision } = draft.base;
  const isText = typeof path === "string" && typeof content === "string" && encoding === "utf-8";
  if (!isText || typeof sha256 !== "string" || typeof bytes !== "number" || typeof revision !== "number") return null;
  if (typeof language !== "string") return null;
  return { text: draft.text, base: { path, content, encoding, language, bytes, sha256, revision } };
}
