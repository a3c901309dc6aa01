import { callTools, mayWrite } from "../parts/call-tools.ts";
import { edited, type FileEdits, fitting } from "../parts/edit.ts";
import { checked, leftOver } from "../parts/repair.ts";
import { contentOf, pathsIn } from "../parts/results.ts";
import { type Conversation, call } from "../turn.ts";
import { type Feature, features } from "./todo-features.ts";

/**
 * Returns the feature that a prompt adds to an existing app: "Add …", "make them sortable by …". "Make a todo list with
 * due dates" builds a new app instead.
 */
const featureOf = (prompt: string): Feature | undefined =>
  /^\s*(please\s+|now\s+|also\s+)*(add|give|let|show|support|include|change|extend|i want)\b/i.test(prompt)
    ? features.find(({ asks }) => asks.test(prompt))
    : undefined;

/** Adds a feature to the todo app by edits of its current files. */
export const changeTodo: Conversation = {
  name: "change the todo list",
  example: "Add due dates (or priorities, or a filter) to the todo list",
  matches: (task) => mayWrite(task) && featureOf(task.prompt) !== undefined,
  *play(task) {
    const feature = featureOf(task.prompt);
    const paths = Object.keys(feature?.files ?? {});
    const [listed] = yield* callTools(
      task,
      `${feature?.opening ?? ""} First I look at what is there.`,
      call("list_files"),
    );
    const tree = pathsIn(listed);
    const missing = paths.filter((path) => !tree.includes(path));
    if (!feature || missing.length > 0) {
      return {
        text: `This script can add that only to the todo list that it makes itself, and ${missing.map((path) => `\`${path}\``).join(", ")} is not here. Ask first: *Make a todo list with an API that remembers the todos*.`,
      };
    }
    const [read] = yield* callTools(
      task,
      "I read the files as they are now, with whatever you changed in them.",
      call("read_files", { paths }),
    );
    const contents = new Map(paths.map((path) => [path, contentOf(read, path) ?? ""]));
    const wanted = Object.entries(feature.files);
    if (wanted.every(([path, edits]) => edits.every(({ replace }) => contents.get(path)?.includes(replace)))) {
      return { text: `The todo list already has ${feature.name}.` };
    }
    const plan = wanted.map(([path, edits]): FileEdits => ({ path, edits: fitting(contents.get(path) ?? "", edits) }));
    const lost = wanted.filter(
      ([path, edits]) => plan.find((file) => file.path === path)?.edits.length !== edits.length,
    );
    if (lost.length > 0) {
      return {
        text: `${lost.map(([path]) => `\`${path}\``).join(", ")} changed since, and a place this script wants to edit is not there (or twice). I change nothing rather than half of it.`,
      };
    }
    const wrong = yield* edited(task, "Small edits in place; everything else stays as it is.", plan);
    if (wrong) return { text: `An edit failed: ${wrong}` };
    const left = yield* checked(task, "I check that it still builds.");
    const [probe] = yield* callTools(
      task,
      left.length === 0 ? "It does. Does the API still answer, and with the old todos?" : "",
      call("request_preview", { method: "GET", path: "/api/todos" }),
    );
    const doubt = probe?.isError ? "\n\nThe API did not answer the last request: look at the logs." : "";
    return { text: `${feature.closing}${leftOver(left)}${doubt}` };
  },
};
