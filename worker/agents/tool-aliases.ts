import { type ModelTier, modelTier } from "../contract/index.ts";

/**
 * What other coding assistants call their tools in a sub-agent's file, and ours that do the same. Any other (a shell, the
 * web, a server of tools) is left out rather than refused: the file stays usable as it is.
 */
export const toolAliases: ReadonlyMap<string, string[]> = new Map([
  ["Read", ["read_files"]],
  ["LS", ["list_files"]],
  ["Glob", ["list_files"]],
  ["Grep", ["search_files"]],
  ["Write", ["write_files"]],
  ["Edit", ["edit_file"]],
  ["MultiEdit", ["edit_file"]],
  ["AskUserQuestion", ["ask_user"]],
]);

/** What they call their models, by our tiers. */
const modelAliases: Record<string, ModelTier> = {
  haiku: "fast",
  sonnet: "balanced",
  opus: "deep",
  inherit: "balanced",
};

/** A model's short name with a size of context (`sonnet[1m]`), or its whole id, at whatever server. */
const familyIn = /^(?:[\w.-]+[/.])?(?:claude-[\w.-]*?)?(haiku|sonnet|opus)(?:[-@:[][\w.@:\]-]*)?$/;

/** The tier that a model's name stands for, ours or another assistant's; null where it says nothing here. */
export function tierOf(name: string): ModelTier | null {
  const known = name.trim().toLowerCase();
  const family = familyIn.exec(known)?.[1] ?? known;
  return modelTier.safeParse(known).data ?? (Object.hasOwn(modelAliases, family) ? modelAliases[family] : null) ?? null;
}
