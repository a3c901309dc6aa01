import { nextPromptsOf, withoutNextPrompts } from "./next-prompts.ts";
import { type RunItem, type RunView, streamOf, textOf } from "./run-view.ts";

/** Returns the items of a turn without the list of prompts that buttons below it show. */
export function withoutSuggestions(view: RunView): readonly RunItem[] {
  const { items } = view;
  if (nextPromptsOf(view).length === 0) return items;
  const at = items.findLastIndex(({ kind }) => kind === "text");
  return items.map((item, index) => {
    if (index !== at || item.kind !== "text") return item;
    return { ...item, streamed: streamOf(), full: { seq: item.seq, text: withoutNextPrompts(textOf(item)) } };
  });
}

/** Returns the names by which the API has the pictures of a run's views, by the key of the call. */
export function viewNames(items: readonly RunItem[]): ReadonlyMap<string, string> {
  const views = items.filter((item) => item.kind === "tool" && item.name === "view_page");
  return new Map(views.map(({ key }, index) => [key, `view-${index + 1}`]));
}

/** The path of the page that a call of view_page has a picture of; null for one without a picture. */
export function viewedPath(item: RunItem): string | null {
  if (item.kind !== "tool" || item.name !== "view_page" || item.done === null || item.done.isError) return null;
  const { input, result } = item.done;
  if (typeof result !== "string" || !result.includes("The picture shows ")) return null;
  return typeof input === "object" && input !== null && "path" in input ? String(input.path) : null;
}
