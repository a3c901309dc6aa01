import { historyField } from "@codemirror/commands";
import { EditorState, type Extension, type StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

type Kept = { json: unknown; scroll: StateEffect<unknown> };

// The editor leaves the page with its panel and when another file is opened; its undo history, cursor and place stay here.
const kept = new Map<string, Kept>();
/** The maximum number of files whose state is kept; the ones left longest ago go first. */
const maxKept = 30;

/** Keeps the state of a view that is about to be closed. */
export function keepView(key: string, view: EditorView): void {
  kept.delete(key);
  kept.set(key, { json: view.state.toJSON({ history: historyField }), scroll: view.scrollSnapshot() });
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
}

/**
 * Opens a view of a text, with the state that it had when it was closed unless the text has changed since.
 * @param key identifies the file; null keeps nothing
 */
export function openView(parent: HTMLElement, key: string | null, doc: string, extensions: Extension): EditorView {
  const before = key === null ? undefined : kept.get(key);
  if (before !== undefined) {
    const state = EditorState.fromJSON(before.json, { extensions }, { history: historyField });
    if (state.doc.toString() === doc) return new EditorView({ parent, state, scrollTo: before.scroll });
  }
  return new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
}
