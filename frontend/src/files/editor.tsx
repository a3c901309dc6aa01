import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useEffectEvent, useRef } from "react";
import { keepView, openView } from "./editor-states.ts";
import { editorTheme, isDark } from "./editor-theme.ts";
import { loadLanguage } from "./language.ts";
import { withPlainEnds } from "./line-ends.ts";

type EditorProps = {
  path: string;
  /** Identifies the file, so that its undo history survives a closed editor; null for a text that is not edited here. */
  stateKey: string | null;
  text: string;
  readOnly: boolean;
  /** Whether the newest text is kept in view while the text grows, until the person scrolls up. */
  follows?: boolean;
  /** The line to scroll to, from 1; a new object scrolls again. */
  place: { line?: number | undefined } | null;
  /** Called with the edited text, with `\n` for every line end. */
  onChange: (text: string) => void;
  onSave: () => void;
};

const theme = new Compartment();
const language = new Compartment();
const writable = new Compartment();
const readOnlyOf = (readOnly: boolean) => [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)];

/** Returns the smallest change from `before` to `after`, so that the cursor stays in place. */
function changeOf(before: string, after: string) {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let end = 0;
  const room = Math.min(before.length, after.length) - from;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}

function goToLine(view: EditorView, line: number) {
  const start = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines)).from;
  view.dispatch({ selection: { anchor: start }, effects: EditorView.scrollIntoView(start, { y: "center" }) });
  view.focus();
}

/** Calls back when the theme changes, by the toggle or by the system. */
function watchTheme(changed: () => void) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  addEventListener("edgesmith-theme", changed);
  return () => {
    system.removeEventListener("change", changed);
    removeEventListener("edgesmith-theme", changed);
  };
}

/** Whether the end of the text is in view, or nearly. */
const isNearEnd = ({ scrollDOM }: EditorView): boolean =>
  scrollDOM.scrollHeight - scrollDOM.scrollTop - scrollDOM.clientHeight < 120;

export default function Editor({
  path,
  stateKey,
  text,
  readOnly,
  follows = false,
  place,
  onChange,
  onSave,
}: EditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useEffectEvent(onChange);
  const save = useEffectEvent(onSave);
  const saveNow = () => {
    save();
    return true;
  };
  const start = useEffectEvent((element: HTMLElement) => {
    const saveKey = { key: "Mod-s", preventDefault: true, run: saveNow };
    const listener = EditorView.updateListener.of((update) => {
      const own = update.transactions.some((one) => one.docChanged && !one.isUserEvent("set"));
      if (own) changed(update.state.doc.toString());
    });
    const extensions = [
      basicSetup,
      Prec.highest(keymap.of([saveKey])),
      language.of([]),
      theme.of(editorTheme(isDark())),
      writable.of(readOnlyOf(readOnly)),
      EditorView.contentAttributes.of({ "aria-label": `Editor, ${path}` }),
      listener,
    ];
    return openView(element, stateKey, withPlainEnds(text), extensions);
  });

  // Each path is a document with its own undo history.
  useEffect(() => {
    if (parent.current === null) return;
    const opened = start(parent.current);
    view.current = opened;
    // Highlighting starts once the parser is loaded; dispatching to a closed editor is harmless.
    void loadLanguage(path).then((loaded) => opened.dispatch({ effects: language.reconfigure(loaded) }));
    const unwatch = watchTheme(() => opened.dispatch({ effects: theme.reconfigure(editorTheme(isDark())) }));
    return () => {
      unwatch();
      if (stateKey !== null) keepView(stateKey, opened);
      opened.destroy();
    };
  }, [path, stateKey]);

  useEffect(() => {
    const opened = view.current;
    if (opened === null) return;
    const now = opened.state.doc.toString();
    const next = withPlainEnds(text);
    if (now === next) return;
    const isFollowing = follows && isNearEnd(opened);
    opened.dispatch({
      changes: changeOf(now, next),
      userEvent: "set",
      ...(isFollowing ? { effects: EditorView.scrollIntoView(next.length, { y: "end" }) } : {}),
    });
  }, [text, follows]);

  useEffect(() => {
    view.current?.dispatch({ effects: writable.reconfigure(readOnlyOf(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    if (view.current !== null && place?.line !== undefined) goToLine(view.current, place.line);
  }, [place]);

  return <div ref={parent} className="h-full min-h-0 overflow-hidden" />;
}
