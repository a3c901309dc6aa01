import { getSearchQuery, searchPanelOpen } from "@codemirror/search";
import { type EditorState, StateField } from "@codemirror/state";
import { type Panel, showPanel } from "@codemirror/view";

const text = "This regular expression isn't valid. Fix it, or turn “regexp” off to search for the text itself.";

function isRefused(state: EditorState): boolean {
  if (!searchPanelOpen(state)) return false;
  const { search, valid } = getSearchQuery(state);
  return search !== "" && !valid;
}

function note(): Panel {
  const dom = document.createElement("div");
  dom.className = "cm-search-note";
  dom.setAttribute("role", "alert");
  dom.textContent = text;
  return { dom };
}

/**
 * Warns that a pattern in the editor's search is not a valid regular expression. CodeMirror's search only finds no
 * match.
 */
export const searchNote = StateField.define<boolean>({
  create: isRefused,
  update: (_, { state }) => isRefused(state),
  provide: (field) => showPanel.from(field, (refused) => (refused ? note : null)),
});
