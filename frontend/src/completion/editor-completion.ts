import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  completeFromList,
  ifNotIn,
  insertCompletionText,
  pickedCompletion,
} from "@codemirror/autocomplete";
import { localCompletionSource, snippets, typescriptSnippets } from "@codemirror/lang-javascript";
import type { Extension, Text } from "@codemirror/state";
import {
  activateHover,
  closeHoverTooltips,
  type EditorView,
  hasHoverTooltips,
  hoverTooltip,
  type KeyBinding,
} from "@codemirror/view";
import { changeOf } from "../files/text-change.ts";
import type { CompletionClient } from "./completion-client.ts";
import type { Entry, EntryList, TextEdit } from "./protocol.ts";

/** The target of an editor's questions; `client` returns null while the project has no completion. */
export type Asking = { path: string; client: () => CompletionClient | null };

const noSnippetsIn = [
  "String",
  "TemplateString",
  "LineComment",
  "BlockComment",
  "PropertyDefinition",
  "PropertyName",
  "JSXText",
  "JSXAttribute",
  ".",
];
const withSnippets = (path: string) =>
  ifNotIn(noSnippetsIn, completeFromList(/\.[cm]?tsx?$/.test(path) ? typescriptSnippets : snippets));

/** Completes with identifiers of the same file, until the types are loaded. */
const completeByNames =
  ({ client }: Asking) =>
  (context: CompletionContext) =>
    client()?.isReady === true ? null : localCompletionSource(context);

function textElement(className: string, text: string): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  element.textContent = text;
  return element;
}

function typeElement({ type, documentation }: { type: string; documentation: string }): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-type";
  dom.append(textElement("cm-type-signature", type));
  if (documentation !== "") dom.append(textElement("cm-type-documentation", documentation));
  return dom;
}

/** Maps edits of an earlier text to the current text, across the changes that the person has typed since. */
function movedTo(edits: readonly TextEdit[], asked: Text, now: Text): TextEdit[] {
  if (asked.eq(now)) return [...edits];
  const typed = changeOf(asked.toString(), now.toString());
  const by = typed.insert.length - (typed.to - typed.from);
  // Drops an edit if the person has changed the very text that it replaces.
  return edits.flatMap((edit) => {
    if (edit.to <= typed.from) return [edit];
    return edit.from >= typed.to ? [{ ...edit, from: edit.from + by, to: edit.to + by }] : [];
  });
}

function toCompletion({ path, client }: Asking, { list }: EntryList, entry: Entry, index: number): Completion {
  /** Inserts the name at once, and adds its import when it arrives, so that typing does not wait. */
  const apply = async (view: EditorView, completion: Completion, from: number, to: number): Promise<void> => {
    const insert = insertCompletionText(view.state, entry.insert ?? entry.name, from, to);
    view.dispatch(insert, { annotations: pickedCompletion.of(completion) });
    if (entry.from === undefined) return;
    const { doc, selection } = view.state;
    const chosen = { kind: "import", list, entry: index, path, offset: selection.main.head } as const;
    const detail = await client()?.ask(chosen, doc.toString());
    if (detail) view.dispatch({ changes: movedTo(detail.edits, doc, view.state.doc), userEvent: "input.complete" });
  };
  return {
    label: entry.name,
    type: entry.kind,
    sortText: entry.sortText,
    ...(entry.from === undefined ? {} : { detail: `from ${entry.from}`, boost: -1 }),
    apply: (view, completion, from, to) => void apply(view, completion, from, to),
  };
}

/** Completes with the language service, and shows the selected entry's type beside the list. */
function completeByTypes(asking: Asking) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { state, pos: offset, explicit: isExplicit } = context;
    const question = { kind: "complete", path: asking.path, offset, isExplicit } as const;
    const found = await asking.client()?.ask(question, state.doc.toString());
    if (!found || context.aborted) return null;
    const { typed, from, isCut, entries } = found;
    const options = entries.map((entry, index): Completion => {
      const info = async () => {
        const at = { kind: "detail", list: found.list, entry: index, path: asking.path, offset } as const;
        const detail = await asking.client()?.ask(at, state.doc.toString());
        return detail ? { dom: typeElement(detail) } : null;
      };
      return { ...toCompletion(asking, found, entry, index), info };
    });
    if (isCut) return { from, options };
    // Deleting typed characters invalidates the list, which lacks the entries for a shorter text.
    return { from, options, validFor: (text) => text.startsWith(typed) && /^[\w$]*$/.test(text.slice(typed.length)) };
  };
}

function typeOnHover({ path, client }: Asking) {
  return hoverTooltip(
    async (view, offset) => {
      const found = await client()?.ask({ kind: "hover", path, offset }, view.state.doc.toString());
      if (!found) return null;
      const create = () => {
        const dom = typeElement(found);
        dom.setAttribute("role", "status");
        return { dom };
      };
      return { pos: found.from, end: found.to, above: true, create };
    },
    { hideOnChange: true },
  );
}

/** Returns the keys that show the type at the cursor, and close it with Escape. */
function typeKeys(tooltip: Extension): KeyBinding[] {
  return [
    {
      key: "Shift-Alt-i",
      preventDefault: true,
      run: (view) => {
        const until = ({ docChanged, selection }: { docChanged: boolean; selection: unknown }) =>
          docChanged || selection !== undefined;
        activateHover(view, view.state.selection.main.head, 1, { tooltip, until });
        return true;
      },
    },
    {
      key: "Escape",
      run: (view) => {
        if (!hasHoverTooltips(view.state)) return false;
        view.dispatch({ effects: closeHoverTooltips });
        return true;
      },
    },
  ];
}

/** Returns the completion, hover types and keys for a file that the type checker reads. */
export function completion(asking: Asking): { extension: Extension; keys: KeyBinding[] } {
  const tooltip = typeOnHover(asking);
  const override = [completeByTypes(asking), completeByNames(asking), withSnippets(asking.path)];
  return {
    // Slightly more rows than are visible: each row delays the key that opens the list, and the arrow keys render
    // further rows.
    extension: [autocompletion({ override, maxRenderedOptions: 30 }), tooltip],
    keys: typeKeys(tooltip),
  };
}
