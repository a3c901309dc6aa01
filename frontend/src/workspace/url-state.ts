import type { View } from "./workspace-context.ts";

/** The part of a project page's state that is in its URL. */
export type UrlState = {
  view: View;
  file: string | null;
  /** The version whose changes the history shows; null for the list. */
  revision: number | null;
  /** The version that the preview shows instead of the current version; null for the current version. */
  at: number | null;
};

// A record, so that an added view is a type error until the URL can name it.
const views: Record<View, true> = { chat: true, preview: true, code: true, data: true, history: true };
const isView = (value: string | null): value is View => value !== null && Object.hasOwn(views, value);

const numberIn = (value: string | null): number | null =>
  value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null;

/** Parses the query of a project's URL. A missing or invalid value gets the default of a newly opened project. */
export function parseUrlState(search: string): UrlState {
  const query = new URLSearchParams(search);
  const [view, file] = [query.get("view"), query.get("file")];
  return {
    view: isView(view) ? view : "chat",
    file: file === "" ? null : file,
    revision: numberIn(query.get("revision")),
    at: numberIn(query.get("at")),
  };
}

/** Formats the query with its question mark; empty for the defaults. Leaves slashes unencoded for readability. */
export function formatUrlState({ view, file, revision, at }: UrlState): string {
  const parts = [
    ...(view === "chat" ? [] : [`view=${view}`]),
    ...(file === null ? [] : [`file=${encodeURIComponent(file).replaceAll("%2F", "/")}`]),
    ...(revision === null ? [] : [`revision=${revision}`]),
    ...(at === null ? [] : [`at=${at}`]),
  ];
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
