import type { ToolDiagnostic } from "./diagnostic.ts";

/** How preprocessors reach the files of a project and of its packages. */
export type StyleFiles = {
  /** Returns a file's content by absolute path, or null. */
  readFile: (path: string) => Promise<string | null> | string | null;
  /**
   * Resolves an alias or a file of a package, such as `bootstrap/scss/bootstrap`, to an absolute path, perhaps without
   * its extension; null for anything else.
   */
  resolve: (specifier: string, base: string) => Promise<string | null> | string | null;
};

/** A preprocessor's style sheet with the absolute path of its file, or of the component that contains it. */
export type StyleSource = { path: string; content: string };

export type StyleOutput = {
  css: string;
  /** Imported files, whose changes invalidate the output. */
  dependencies: string[];
  diagnostics: ToolDiagnostic[];
};
