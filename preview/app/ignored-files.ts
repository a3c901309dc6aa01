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
    const below = path.slice(folder.length);
    // The library throws for a path outside of the folder, which an import such as "/../x.js" has.
    if (!path.startsWith(folder) || !ignore.isPathValid(below)) continue;
    // Git compares with case where the system does, and so do builds here, whatever the author's system.
    if (!ignore({ ignorecase: false }).add(content).ignores(below)) continue;
    return `${list} leaves it out of the repository, so it is probably generated: run the command that generates it and add the file to the project, or ask an agent to write it.`;
  }
  return null;
}
