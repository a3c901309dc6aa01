import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

/** Options of markdown-it that are data, such as `linkify`. */
export type MarkdownOptions = Record<string, unknown>;

/**
 * Writes Markdown as HTML by markdown-it. Its plugins are not run.
 * @returns the HTML of each text, in order
 * @throws ToolFailure when markdown-it fails to run
 */
export function writeMarkdown(
  runner: ToolRunner,
  { texts, options, versionOf }: { texts: string[]; options: MarkdownOptions; versionOf: VersionOf },
): Promise<string[]> {
  const tool = { name: "markdown", entry: ENTRY, packages: packagesFor(versionOf, "markdown-it") };
  return runner.run<string[]>(tool, { texts, options });
}

const ENTRY = `
import MarkdownIt from "markdown-it";

/** An expression of a template stays as it is: no address in it becomes a link. */
function expression(state, silent) {
  const end = state.src.startsWith("{{", state.pos) ? state.src.indexOf("}}", state.pos) : -1;
  if (end < 0) return false;
  if (!silent) state.push("html_inline", "", 0).content = state.src.slice(state.pos, end + 2);
  state.pos = end + 2;
  return true;
}

export function run({ texts, options }) {
  const writer = new MarkdownIt(options);
  writer.inline.ruler.before("escape", "expression", expression);
  return texts.map((text) => writer.render(text));
}`;
