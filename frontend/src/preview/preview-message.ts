/** What an app's page tells the builder around it: its errors, and where it is. */
export type PreviewMessage =
  | { type: "error"; message: string; stack: string | null }
  | { type: "ready" }
  /** Whether the page may be replaced by a newer version now: not under a person's hands. */
  | { type: "replaceable"; ok: boolean; changedAgoMs: number }
  | { type: "navigated"; path: string };

/** Asks an app's page whether it may be replaced; it answers with `replaceable`, and once more when it may. */
export const askToReplace = { source: "edgesmith-builder", type: "replace" } as const;

/** Tells an app's page to load itself again. */
export const reloadPage = { source: "edgesmith-builder", type: "reload" } as const;

const milliseconds = (value: unknown): number =>
  typeof value === "number" && value >= 0 ? value : Number.POSITIVE_INFINITY;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A message of the preview, or null: another origin's, or none of ours. Its words are the app's, so untrusted. */
export function readPreviewMessage(event: MessageEvent<unknown>, origin: string): PreviewMessage | null {
  const data = event.data;
  if (event.origin !== origin || typeof data !== "object" || data === null) return null;
  const fields: Record<string, unknown> = { ...data };
  if (fields.source !== "edgesmith-preview") return null;
  switch (fields.type) {
    case "ready":
      return { type: "ready" };
    case "replaceable":
      return { type: "replaceable", ok: fields.ok === true, changedAgoMs: milliseconds(fields.changedAgoMs) };
    case "error":
      return {
        type: "error",
        message: text(fields.message).slice(0, 2_000),
        stack: text(fields.stack).slice(0, 4_000) || null,
      };
    case "navigated":
      return { type: "navigated", path: text(fields.path) };
    default:
      return null;
  }
}
