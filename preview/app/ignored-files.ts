import ignore from "ignore";
import type { SourceTree } from "../../worker/contract/preview-rpc.ts";

/**
 * Returns the sentence for a missing file that the project's `.gitignore` leaves out of the repository, such as code that a
 * program generates; null for another file.
 * @param path from the project's root
 */
export function ignoredSentence(files: SourceTree["files"], path: string): string | null {
  for (const { path: list, content, encoding } of files) {
    if (encoding !== "utf-8" || !/(^|\/)\.gitignore$/.test(list)) continue;
    const folder = list.slice(0, -".gitignore".length);
    if (!path.startsWith(folder) || !ignore().add(content).ignores(path.slice(folder.length))) continue;
    return `${list} leaves it out of the repository, as files that a program makes: run that program and add the file to the project, or ask an agent to write it.`;
  }
  return null;
}
