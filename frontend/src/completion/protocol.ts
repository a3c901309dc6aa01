/** An unsaved text of the editor; null if the editor's text equals the stored text again. */
export type UnsavedText = [path: string, text: string | null];

/** The position of a question; the offset counts UTF-16 code units. */
type At = { path: string; offset: number };

export type Question =
  | ({ kind: "complete"; isExplicit: boolean } & At)
  /**
   * `entry` is an index in the list with the number `list`. `import` asks for the same details of a chosen entry. As a
   * separate kind, it is not replaced by a question about the next entry.
   */
  | ({ kind: "detail" | "import"; list: number; entry: number } & At)
  | ({ kind: "hover" } & At);

export type Request =
  | { kind: "load"; url: string }
  | { kind: "ask"; id: number; texts: UnsavedText[]; question: Question };

export type Entry = {
  name: string;
  /** CodeMirror's name of the kind, which determines the icon. */
  kind: string;
  sortText: string;
  /** The inserted text, if it differs from the name. */
  insert?: string;
  /** The module that choosing the entry imports it from. */
  from?: string;
};

export type EntryList = {
  list: number;
  /** The start offset of the text that an entry replaces. */
  from: number;
  /** The text typed so far. The list contains only entries that match it. */
  typed: string;
  /** Whether the list is truncated; the next letter then requests another list. */
  isCut: boolean;
  entries: Entry[];
};

export type TextEdit = { from: number; to: number; insert: string };
/** A type as text, its documentation, and the edits that import it. */
export type Detail = { type: string; documentation: string; edits: TextEdit[] };
export type Hover = { from: number; to: number; type: string; documentation: string };

export type Answers = { complete: EntryList | null; detail: Detail | null; import: Detail | null; hover: Hover | null };

/** `status` is the status of the HTTP response, 0 without a response. */
export type Reply =
  | { kind: "loaded"; isComplete: boolean }
  | { kind: "failed"; status: number }
  | { kind: "answer"; id: number; answer: Answers[Question["kind"]] };
