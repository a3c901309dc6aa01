/** What an app's page tells the builder around it: its errors, and where it is. */
export type PreviewMessage =
  | { type: "error"; message: string; stack: string | null }
  | { type: "ready" }
  | { type: "navigated"; path: string };

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
