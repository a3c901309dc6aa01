import { type ModelTier, modelTier } from "../contract/index.ts";

/**
 * Maps the tool names of other coding assistants to ours. Any other tool (a shell, the web, an MCP server) is ignored
 * rather than refused, so that the file stays usable unchanged.
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

/** Maps the model names of other coding assistants to our tiers. */
const modelAliases: Record<string, ModelTier> = {
  haiku: "fast",
  sonnet: "balanced",
  opus: "deep",
  inherit: "balanced",
};

/** Matches a model's short name with a context size (`sonnet[1m]`), or its full id at any provider. */
const familyIn = /^(?:[\w.-]+[/.])?(?:claude-[\w.-]*?)?(haiku|sonnet|opus)(?:[-@:[][\w.@:\]-]*)?$/;

/** Returns the tier that a model's name stands for, ours or another assistant's; null for an unknown name. */
export function tierOf(name: string): ModelTier | null {
  const known = name.trim().toLowerCase();
  const family = familyIn.exec(known)?.[1] ?? known;
  return modelTier.safeParse(known).data ?? (Object.hasOwn(modelAliases, family) ? modelAliases[family] : null) ?? null;
}
