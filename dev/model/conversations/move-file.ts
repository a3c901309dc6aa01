import { brief, callTools } from "../parts/call-tools.ts";
import { edited, type FileEdits } from "../parts/edit.ts";
import { redirected } from "../parts/imports.ts";
import { checked, leftOver } from "../parts/repair.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";

const order =
  /\b(?:rename|move)\s+(?:the\s+)?(?:file\s+)?[`"']?([\w./@-]+\.\w+)[`"']?\s+(?:to|into|as)\s+[`"']?([\w./@-]+\/?)[`"']?/i;

/** Returns the destination path: a destination folder keeps the file's name, a bare name keeps its folder. */
function destination(from: string, to: string): string {
  const name = from.split("/").at(-1) ?? from;
  if (to.endsWith("/") || !/\.\w+$/.test(to)) return `${to.replace(/\/$/, "")}/${name}`;
  const folder = from.split("/").slice(0, -1).join("/");
  return to.includes("/") || folder === "" ? to : `${folder}/${to}`;
}

export const moveFile: Conversation = {
  name: "rename or move a file",
  example: "Rename src/main.ts to src/app.ts",
  matches: (task) => task.tools.has("move_file") && order.test(task.prompt),
  *play(task) {
    const [, source = "", to = ""] = order.exec(task.prompt) ?? [];
    const stem = (source.split("/").at(-1) ?? source).replace(/\.\w+$/, "");
    const [listed, hits] = yield* callTools(
      task,
      `Before I move \`${source}\` I look for who names it, so that no import is left behind.`,
      call("list_files"),
      call("search_files", { query: stem }),
    );
    const tree = pathsIn(listed);
    const from = tree.find((path) => path === source) ?? tree.find((path) => path.endsWith(`/${source}`));
    if (!from)
      return {
        text: `There is no file \`${source}\` in the project. It has: ${
          tree
            .slice(0, 20)
            .map((path) => `\`${path}\``)
            .join(", ") || "nothing yet"
        }.`,
      };
    const goal = destination(from, to);
    if (tree.includes(goal)) return { text: `\`${goal}\` exists already, and I will not overwrite it.` };
    const paths = [...new Set([from, ...pathsIn(hits).filter((path) => tree.includes(path))])].slice(0, 20);
    const [read] = yield* callTools(
      task,
      "I read the file and the files that mention it.",
      call("read_files", { paths }),
    );
    const [moved] = yield* callTools(
      task,
      `Now the move: \`${from}\` → \`${goal}\`.`,
      call("move_file", { from, to: goal }),
    );
    if (moved?.isError) return { text: `The move failed: ${brief(moved.text)}` };
    const moves = new Map([[from, goal]]);
    const files = paths.flatMap((path): FileEdits[] => {
      const at = moves.get(path) ?? path;
      const edits = redirected({ path, at, content: contentOf(read, path) ?? "" }, moves, new Set(tree));
      return edits.length > 0 ? [{ path: at, edits }] : [];
    });
    const wrong = files.length > 0 ? yield* edited(task, "The files that name it follow.", files) : undefined;
    if (wrong) return { text: `The file is moved, but a reference could not be changed: ${wrong}` };
    const left = yield* checked(task, "I check that everything is still found.");
    const changes = files.map(
      ({ path, edits }) => `- \`${path}\`: ${edits.length} ${edits.length === 1 ? "place" : "places"}`,
    );
    return {
      text: `\`${from}\` is now \`${goal}\`.${changes.length > 0 ? `\n\nReferences changed:\n${changes.join("\n")}` : " Nothing else named it."}${leftOver(left)}`,
    };
  },
};
