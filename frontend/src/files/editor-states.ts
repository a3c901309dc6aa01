import { historyField } from "@codemirror/commands";
import { EditorState, type Extension, type StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

type Kept = { json: unknown; scroll: StateEffect<unknown> };

// Closing the panel or opening another file destroys the editor, so this keeps its undo history, cursor and scroll
// position.
const kept = new Map<string, Kept>();
/** The maximum number of files whose state is kept. Evicts the file that was left longest ago. */
const maxKept = 30;

/** Saves the state of a view that is about to be destroyed. */
export function keepView(key: string, view: EditorView): void {
  kept.delete(key);
  kept.set(key, { json: view.state.toJSON({ history: historyField }), scroll: view.scrollSnapshot() });
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
}

/**
 * Opens a view of a text. Restores the view's saved state unless the text has changed since.
 * @param key identifies the file; with null no state is restored
 */
export function openView(parent: HTMLElement, key: string | null, doc: string, extensions: Extension): EditorView {
  const before = key === null ? undefined : kept.get(key);
  if (before !== undefined) {
    const state = EditorState.fromJSON(before.json, { extensions }, { history: historyField });
    if (state.doc.toString() === doc) return new EditorView({ parent, state, scrollTo: before.scroll });
  }
  return new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
}
