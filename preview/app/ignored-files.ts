import ignore from "ignore";
import type { SourceTree } from "../../worker/contract/preview-rpc.ts";

/**
 * Returns the message for a missing file that the project's `.gitignore` excludes from the repository, such as
 * generated code; null for another file.
 * @param path relative to the project's root
 */
export function ignoredSentence(files: SourceTree["files"], path: string): string | null {
  for (const { path: list, content, encoding } of files) {
    if (encoding !== "utf-8" || !/(^|\/)\.gitignore$/.test(list)) continue;
    const folder = list.slice(0, -".gitignore".length);
    const below = path.slice(folder.length);
    // The library throws for a path outside the folder, such as that of the import "/../x.js".
    if (!path.startsWith(folder) || !ignore.isPathValid(below)) continue;
    // Git's case sensitivity follows the file system. Builds here are case-sensitive, whatever the author's system.
    if (!ignore({ ignorecase: false }).add(content).ignores(below)) continue;
    return `${list} leaves it out of the repository, so it is probably generated: run the command that generates it and add the file to the project, or ask an agent to write it.`;
  }
  return null;
}
