import { brief, callTools } from "../parts/call-tools.ts";
import { specifiers, target } from "../parts/imports.ts";
import { checked, leftOver } from "../parts/repair.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";

const code = /\.(tsx?|jsx?|mjs|css)$/;
const entry = /(\.html$|^src\/server\.\w+$|\.d\.ts$|\.config\.\w+$|\.test\.\w+$)/;

const chunks = <T>(list: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, place) => list.slice(place * size, (place + 1) * size));

/** Returns the source files that no page and no server module reaches through any chain of imports. */
function unreached(contents: ReadonlyMap<string, string>): string[] {
  const tree = new Set(contents.keys());
  const waiting = [...tree].filter((path) => entry.test(path));
  const reached = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const specifier of specifiers(contents.get(path) ?? "")) {
      const named = target(specifier, path, tree);
      if (!named || reached.has(named)) continue;
      reached.add(named);
      waiting.push(named);
    }
  }
  return [...tree].filter((path) => code.test(path) && !reached.has(path));
}

export const deleteUnused: Conversation = {
  name: "delete unused files",
  example: "Delete the unused files",
  matches: (task) =>
    task.tools.has("delete_files") &&
    /\b(delete|remove|clean up)\b.*\b(unused|dead|orphan(ed)?|unneeded)\b/i.test(task.prompt),
  *play(task) {
    const [listed] = yield* callTools(
      task,
      "To know what is unused I follow the imports from the pages and the server.",
      call("list_files"),
    );
    const tree = pathsIn(listed);
    const readable = tree.filter((path) => code.test(path) || entry.test(path)).slice(0, 100);
    if (readable.length === 0) return { text: "There is no code in the project yet, so nothing is unused." };
    const read = yield* callTools(
      task,
      `I read ${readable.length} ${readable.length === 1 ? "file" : "files"}.`,
      ...chunks(readable, 20).map((paths) => call("read_files", { paths })),
    );
    const contents = new Map(
      readable.flatMap((path) => {
        const content = read.map((outcome) => contentOf(outcome, path)).find((found) => found !== undefined);
        return content === undefined ? [] : [[path, content] as const];
      }),
    );
    if (contents.size < readable.length || readable.length < tree.filter((path) => code.test(path)).length) {
      return { text: "I couldn't read every file, so I can't be sure that one is unused. I deleted nothing." };
    }
    const unused = unreached(contents);
    if (unused.length === 0)
      return { text: "Every file is reached from a page or from the server. There is nothing to delete." };
    const [deleted] = yield* callTools(
      task,
      `Nothing leads to ${unused.map((path) => `\`${path}\``).join(", ")}.`,
      call("delete_files", { paths: unused }),
    );
    if (deleted?.isError) return { text: `The deletion failed: ${brief(deleted.text)}` };
    const left = yield* checked(task, "I check that nothing missed them.");
    return {
      text: `Deleted:\n${unused.map((path) => `- \`${path}\``).join("\n")}\n\nThe history still has them: restore the revision before this one to have them back.${leftOver(left)}`,
    };
  },
};
