/** A text in the editor that is not saved; null for one that is as it was stored again. */
export type UnsavedText = [path: string, text: string | null];

/** Where a question is asked: the offset counts UTF-16 units. */
type At = { path: string; offset: number };

export type Question =
  | ({ kind: "complete"; isExplicit: boolean } & At)
  /**
   * `entry` is an index in the list with the number `list`. `import` asks the same for a chosen entry: no question about
   * the next one in the list takes its turn.
   */
  | ({ kind: "detail" | "import"; list: number; entry: number } & At)
  | ({ kind: "hover" } & At);

export type Request =
  | { kind: "load"; url: string }
  | { kind: "ask"; id: number; texts: UnsavedText[]; question: Question };

export type Entry = {
  name: string;
  /** CodeMirror's name of the kind, which chooses the icon. */
  kind: string;
  sortText: string;
  /** The inserted text where it is not the name. */
  insert?: string;
  /** The module that the entry is imported from when it is chosen. */
  from?: string;
};

export type EntryList = {
  list: number;
  /** Where the text begins that an entry replaces. */
  from: number;
  /** The text that was typed so far: the list has only entries for texts that begin with it. */
  typed: string;
  /** Whether entries were left out: the next letter then asks for another list. */
  isCut: boolean;
  entries: Entry[];
};

export type TextEdit = { from: number; to: number; insert: string };
/** A type as text, its documentation, and the edits that import it. */
export type Detail = { type: string; documentation: string; edits: TextEdit[] };
export type Hover = { from: number; to: number; type: string; documentation: string };

export type Answers = { complete: EntryList | null; detail: Detail | null; import: Detail | null; hover: Hover | null };

/** `status` is that of the HTTP response, 0 without one. */
export type Reply =
  | { kind: "loaded"; isComplete: boolean }
  | { kind: "failed"; status: number }
  | { kind: "answer"; id: number; answer: Answers[Question["kind"]] };
