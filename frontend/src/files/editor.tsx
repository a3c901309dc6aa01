import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useEffectEvent, useRef } from "react";
import { completion } from "../completion/editor-completion.ts";
import { useCompletion } from "../completion/use-completion.ts";
import { distanceFromEnd, watchFollowing } from "../ui/follow-end.ts";
import { markGutter, showMarks } from "./editor-marks.ts";
import { keepView, openView } from "./editor-states.ts";
import { editorTheme, isDark } from "./editor-theme.ts";
import { loadLanguage } from "./language.ts";
import { withPlainEnds } from "./line-ends.ts";
import { searchNote } from "./search-note.ts";
import { changeOf } from "./text-change.ts";
import type { Mark } from "./use-diagnostics.ts";

type EditorProps = {
  path: string;
  /**
   * Identifies the file, so that its undo history survives closing the editor; null for a file that an agent is
   * writing.
   */
  stateKey: string | null;
  text: string;
  readOnly: boolean;
  /** Whether the view follows the end of a growing text, until the person scrolls up. */
  follows?: boolean;
  /** The line to scroll to, from 1. Each new object scrolls again. */
  place: { line?: number | undefined } | null;
  /** Called with the edited text, in which every line end is `\n`. */
  onChange: (text: string) => void;
  onSave: () => void;
  /** Formats the text; undefined if the file's language has no formatter. */
  onFormat?: (() => void) | undefined;
  /** The findings of the build and the type checker. A new list replaces the marks. */
  marks?: readonly Mark[];
};

const noMarks: readonly Mark[] = [];

const theme = new Compartment();
const language = new Compartment();
const writable = new Compartment();
const readOnlyOf = (readOnly: boolean) => [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)];

function goToLine(view: EditorView, line: number) {
  const start = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines)).from;
  view.dispatch({ selection: { anchor: start }, effects: EditorView.scrollIntoView(start, { y: "center" }) });
  view.focus();
}

/** Calls back when the theme changes, through the toggle or the system. */
function watchTheme(changed: () => void) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  addEventListener("edgesmith-theme", changed);
  return () => {
    system.removeEventListener("change", changed);
    removeEventListener("edgesmith-theme", changed);
  };
}

/** The distance from the end, in CSS pixels, within which the end of the text counts as visible. */
const near = 120;

export default function Editor({
  path,
  stateKey,
  text,
  readOnly,
  follows = false,
  place,
  onChange,
  onSave,
  onFormat,
  marks = noMarks,
}: EditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useEffectEvent(onChange);
  const save = useEffectEvent(onSave);
  const format = useEffectEvent(() => onFormat?.());
  const asking = useCompletion(path);
  // The text that the editor shows. The editor's own edits come back as a property, and comparing long texts at each
  // key is slow.
  const known = useRef<string | null>(null);
  // Not derived from the scroll position: a second change before CodeMirror has scrolled for the first would find the
  // end out of view.
  const isFollowing = useRef(false);
  const followed = useRef(follows);
  const start = useEffectEvent((element: HTMLElement) => {
    const ran = (act: () => void) => () => {
      act();
      return true;
    };
    const keys = [
      { key: "Mod-s", preventDefault: true, run: ran(save) },
      { key: "Shift-Alt-f", preventDefault: true, run: ran(format) },
    ];
    const listener = EditorView.updateListener.of((update) => {
      const own = update.transactions.some((one) => one.docChanged && !one.isUserEvent("set"));
      if (!own) return;
      known.current = update.state.doc.toString();
      changed(known.current);
    });
    // A file that an agent is writing is not the project's newest version, so it has no completion.
    const completed = stateKey === null || asking === null ? null : completion(asking);
    const begin = () => asking?.begin();
    const extensions = [
      basicSetup,
      searchNote,
      completed === null ? [] : [completed.extension, EditorView.domEventHandlers({ focus: begin, mousemove: begin })],
      Prec.highest(keymap.of([...keys, ...(completed?.keys ?? [])])),
      readOnly ? [] : markGutter,
      language.of([]),
      theme.of(editorTheme(isDark())),
      writable.of(readOnlyOf(readOnly)),
      // A read-only editor is not in the tab order by default, and could not be scrolled by keyboard.
      EditorView.contentAttributes.of({ "aria-label": `Editor, ${path}`, tabindex: "0" }),
      listener,
    ];
    known.current = null;
    const opened = openView(element, stateKey, withPlainEnds(text), extensions);
    // An editor that opens while its file is being written starts at the newest text.
    if (follows) opened.dispatch({ effects: EditorView.scrollIntoView(opened.state.doc.length, { y: "end" }) });
    isFollowing.current = follows;
    watchFollowing(opened.scrollDOM, {
      near,
      changed(followsEnd) {
        isFollowing.current = followsEnd;
      },
    });
    return opened;
  });

  // Each path is a separate document with its own undo history.
  useEffect(() => {
    if (parent.current === null) return;
    const opened = start(parent.current);
    view.current = opened;
    // Highlighting starts once the parser is loaded. Dispatching to a destroyed view is harmless.
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
    const { scrollDOM } = opened;
    const begins = follows && !followed.current;
    followed.current = follows;
    if (begins && distanceFromEnd(scrollDOM) < near) isFollowing.current = true;
    if (text === known.current) return;
    const next = withPlainEnds(text);
    const now = known.current ?? opened.state.doc.toString();
    known.current = next;
    if (now === next) return;
    // A file that is rewritten from its beginning fits into the view at first, so this follows it again.
    if (scrollDOM.scrollHeight <= scrollDOM.clientHeight) isFollowing.current = true;
    opened.dispatch({
      changes: changeOf(now, next),
      userEvent: "set",
      ...(follows && isFollowing.current ? { effects: EditorView.scrollIntoView(next.length, { y: "end" }) } : {}),
    });
  }, [text, follows]);

  useEffect(() => {
    view.current?.dispatch({ effects: writable.reconfigure(readOnlyOf(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    if (view.current !== null && !readOnly) showMarks(view.current, marks);
  }, [marks, readOnly]);

  useEffect(() => {
    if (view.current !== null && place?.line !== undefined) goToLine(view.current, place.line);
  }, [place]);

  return <div ref={parent} className="h-full min-h-0 overflow-hidden" />;
}
