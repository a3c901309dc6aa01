// The report of a build, between the API Worker and the preview Worker. Types only.

/** One diagnostic of a build or type check. `line` and `column` count from 1; 0 when the position is unknown. */
export type Diagnostic = {
  path: string;
  line: number;
  column: number;
  severity: "error" | "warning";
  message: string;
  /** A prompt that fixes the problem, such as a prompt that converts a project whose framework cannot run. */
  suggestedPrompt?: string | undefined;
};

export type BuildReport = { ok: boolean; diagnostics: Diagnostic[] };
