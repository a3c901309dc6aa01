import { nextPromptsOf, withoutNextPrompts } from "./next-prompts.ts";
import { type RunItem, type RunView, streamOf, textOf } from "./run-view.ts";

/** Returns a turn's items without the list of suggested prompts, which the turn shows as buttons. */
export function withoutSuggestions(view: RunView): readonly RunItem[] {
  const { items } = view;
  if (nextPromptsOf(view).length === 0) return items;
  const at = items.findLastIndex(({ kind }) => kind === "text");
  return items.map((item, index) => {
    if (index !== at || item.kind !== "text") return item;
    return { ...item, streamed: streamOf(), full: { seq: item.seq, text: withoutNextPrompts(textOf(item)) } };
  });
}

/** Returns the API's names of the screenshots of a run's view_page calls, by the call's key. */
export function viewNames(items: readonly RunItem[]): ReadonlyMap<string, string> {
  const views = items.filter((item) => item.kind === "tool" && item.name === "view_page");
  return new Map(views.map(({ key }, index) => [key, `view-${index + 1}`]));
}

/** Returns the path of the page that a view_page call took a screenshot of; null for a call without a screenshot. */
export function viewedPath(item: RunItem): string | null {
  if (item.kind !== "tool" || item.name !== "view_page" || item.done === null || item.done.isError) return null;
  const { input, result } = item.done;
  if (typeof result !== "string" || !result.includes("The picture shows ")) return null;
  return typeof input === "object" && input !== null && "path" in input ? String(input.path) : null;
}
