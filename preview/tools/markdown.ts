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

export function run({ texts, options }) {
  const writer = new MarkdownIt(options);
  return texts.map((text) => writer.render(text));
}`;
