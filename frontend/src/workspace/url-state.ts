import type { View } from "./workspace-context.ts";

/** What of a project is shown, as its address says it. */
export type UrlState = { view: View; file: string | null; revision: number | null };

// A record, so that a view that is added is a type error here until an address can name it.
const views: Record<View, true> = { chat: true, preview: true, code: true, history: true };
const isView = (value: string | null): value is View => value !== null && Object.hasOwn(views, value);

/** Reads the query of a project's address; what it does not say, or says wrongly, is as in a project just opened. */
export function parseUrlState(search: string): UrlState {
  const query = new URLSearchParams(search);
  const [view, file, revision] = [query.get("view"), query.get("file"), query.get("revision")];
  return {
    view: isView(view) ? view : "chat",
    file: file === "" ? null : file,
    revision: revision !== null && /^\d{1,9}$/.test(revision) ? Number(revision) : null,
  };
}

/** The query that says it, with its question mark; empty for a project just opened. Slashes stay, to be read by people. */
export function formatUrlState({ view, file, revision }: UrlState): string {
  const parts = [
    ...(view === "chat" ? [] : [`view=${view}`]),
    ...(file === null ? [] : [`file=${encodeURIComponent(file).replaceAll("%2F", "/")}`]),
    ...(revision === null ? [] : [`revision=${revision}`]),
  ];
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
