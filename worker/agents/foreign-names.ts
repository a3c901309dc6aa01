import type { ModelTier } from "../contract/index.ts";

/**
 * What other coding assistants call their tools in a sub-agent's file, and ours that do the same. One that has none
 * here (a shell, the web) is left out rather than refused: the file stays usable as it is.
 */
export const foreignTools: ReadonlyMap<string, string[]> = new Map([
  ["Read", ["read_files"]],
  ["LS", ["list_files"]],
  ["Glob", ["list_files"]],
  ["Grep", ["search_files"]],
  ["Write", ["write_files"]],
  ["Edit", ["edit_file"]],
  ["MultiEdit", ["edit_file"]],
  ["AskUserQuestion", ["ask_user"]],
  ["Bash", []],
  ["BashOutput", []],
  ["KillShell", []],
  ["NotebookEdit", []],
  ["NotebookRead", []],
  ["Task", []],
  ["Agent", []],
  ["Skill", []],
  ["TodoRead", []],
  ["TodoWrite", []],
  ["WebFetch", []],
  ["WebSearch", []],
]);

/** What they call their models, by our tiers. */
export const foreignModels: Record<string, ModelTier> = {
  haiku: "fast",
  sonnet: "balanced",
  opus: "deep",
  inherit: "balanced",
};
