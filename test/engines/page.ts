/** A document of the tab: the builder's own, or that of the frame that shows the app. */
export type Place = "builder" | "app";

/** A tab of a real browser. `find` is a JavaScript expression for an element, evaluated in the given document. */
export type EnginePage = {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  url(): Promise<string>;
  /** Evaluates an expression and returns its JSON value; undefined while the document or frame does not exist. */
  evaluate(place: Place, expression: string): Promise<unknown>;
  click(place: Place, find: string): Promise<void>;
  /** Focuses the element and types with real key events. `\n` is the Enter key. */
  type(place: Place, find: string, text: string): Promise<void>;
  /** Presses a key together with Control. */
  pressControl(key: string): Promise<void>;
};

export type Engine = {
  name: string;
  version: string;
  page: EnginePage;
  /** Deletes all cookies and storage, as in a new person's browser. */
  close(): Promise<void>;
};

/** The frame in which the builder shows the app. */
export const appFrame = `document.querySelector('iframe[title="Preview"]')`;
