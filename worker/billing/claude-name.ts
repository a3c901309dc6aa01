/** Some gateways put the version before the family (`claude-4.5-sonnet`), as Claude 3 did. */
const versionFirst = /^claude-([4-9](?:-\d)?)-(opus|sonnet|haiku)(.*)$/;

/**
 * @returns the name of a model in Claude's own API, from the name that a gateway or cloud gives it:
 *   `anthropic/claude-sonnet-4.5` (OpenRouter, LiteLLM), `us.anthropic.claude-sonnet-4-5-20250929-v1:0` and inference
 *   profile ARNs (Bedrock), `claude-sonnet-4-5@20250929` (Vertex); null for a model that is not Claude
 */
export function claudeNameOf(modelId: string): string | null {
  const found = /(?:^|[^a-z0-9])(claude-[a-z0-9][a-z0-9.@-]*)/.exec(modelId.trim().toLowerCase())?.[1];
  if (found === undefined) return null;
  return found.replace(/[.@]/g, "-").replace(/-+$/, "").replace(versionFirst, "claude-$2-$1$3");
}
