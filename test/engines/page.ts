/** Which document of the tab: the builder's own, or that of the frame which shows the app. */
export type Place = "builder" | "app";

/** A tab of a real browser. `find` is a JavaScript expression for an element, evaluated in the document of the place. */
export type EnginePage = {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  url(): Promise<string>;
  /** Evaluates an expression and gives its JSON value; a document or frame that is not there yet gives undefined. */
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
  /** Forgets every cookie and storage, as a new person's browser. */
  close(): Promise<void>;
};

/** The frame in which the builder shows the app. */
export const appFrame = `document.querySelector('iframe[title="Preview"]')`;
