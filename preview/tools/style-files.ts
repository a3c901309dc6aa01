import type { ToolDiagnostic } from "./diagnostic.ts";

/** How preprocessors reach the files of a project and of its packages. */
export type StyleFiles = {
  /** Returns a file's content by absolute path, or null. */
  readFile: (path: string) => Promise<string | null> | string | null;
  /**
   * Returns the absolute path that an alias or a file of a package means, such as `bootstrap/scss/bootstrap`, or null; the file's
   * extension may be missing.
   */
  resolve: (specifier: string, base: string) => Promise<string | null> | string | null;
};

/** A style sheet of a preprocessor's language with the absolute path of its file, or of the component that it is a block of. */
export type StyleSource = { path: string; content: string };

export type StyleOutput = {
  css: string;
  /** The files that it imports, whose changes make it out of date. */
  dependencies: string[];
  diagnostics: ToolDiagnostic[];
};
