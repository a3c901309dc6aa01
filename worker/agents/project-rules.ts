import type { FileEntry } from "../contract/index.ts";
import type { Workspace } from "./ports.ts";

/** The file in which a project's owner writes the rules that every agent follows there. */
const rulesFile = "AGENTS.md";

/** The maximum number of its bytes that a run reads, the same as for an agent's file: every step sends them. */
const maxRulesBytes = 16_384;

/** A project's rules as a run follows them. */
export type ProjectRules = { path: string; text: string; bytes: number; truncated: boolean };

/**
 * Characters that a model reads and a person does not see, in which hostile files hide instructions: format characters
 * such as zero-width and bidi controls, and tags (U+E0000).
 */
const invisible = /[\p{Cf}\u{E0000}-\u{E007F}]/gu;
const end = /<\/?project-rules>/gi;

/** Returns the beginning of a text, up to a line's end where there is one. */
function beginningOf(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text).subarray(0, maxBytes);
  // The decoder drops a character that was cut in two instead of replacing it.
  const beginning = new TextDecoder().decode(bytes, { stream: true });
  const line = beginning.lastIndexOf("\n");
  return line === -1 ? beginning : beginning.slice(0, line);
}

/** Whether a project has a file of rules. */
export const hasRules = (files: readonly Pick<FileEntry, "path">[]): boolean =>
  files.some(({ path }) => path === rulesFile);

/**
 * Reads a project's rules for a run.
 * @param files the project's files, so that a project without rules costs no request
 * @returns null without rules, or when the file is not text
 */
export async function readRules(
  workspace: Pick<Workspace, "readFile">,
  files: readonly Pick<FileEntry, "path">[],
): Promise<ProjectRules | null> {
  if (!hasRules(files)) return null;
  const file = await workspace.readFile(rulesFile);
  if (file === null || file.encoding !== "utf-8") return null;
  const truncated = file.bytes > maxRulesBytes;
  const seen = truncated ? beginningOf(file.content, maxRulesBytes) : file.content;
  const text = seen.replaceAll(invisible, "").replaceAll(end, "").trim();
  return text === "" ? null : { path: rulesFile, text, bytes: file.bytes, truncated };
}
