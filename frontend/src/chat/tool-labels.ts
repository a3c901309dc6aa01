import { parsePartial } from "./partial-json.ts";
import { jsonOf, type RunItem, type RunView, type ToolItem } from "./run-view.ts";

type Fields = Record<string, unknown>;
export type WrittenFile = { path: string; content: string };

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Caches the parsed inputs: several components show the same input, and a large input takes milliseconds to parse. */
const inputs = new WeakMap<ToolItem, Fields>();

/** Returns a tool's input: the complete input once it is done, and the streamed part of it until then. */
export function inputOf(item: ToolItem): Fields {
  const known = inputs.get(item);
  if (known !== undefined) return known;
  const input = item.done === null ? parsePartial(jsonOf(item)) : item.done.input;
  const fields = isFields(input) ? input : {};
  inputs.set(item, fields);
  return fields;
}

export const writtenFiles = (input: Fields): WrittenFile[] =>
  list(input.files)
    .filter(isFields)
    .filter((file) => text(file.path) !== "")
    .map((file) => ({ path: text(file.path), content: text(file.content) }));

export const edits = (input: Fields): { find: string; replace: string }[] =>
  list(input.edits)
    .filter(isFields)
    .map((edit) => ({ find: text(edit.find), replace: text(edit.replace) }));

/** A file that a tool is writing. `content` is the text so far; null if the tool only edits the file. */
export type HotFile = { path: string; content: string | null };

/** Returns the files that a run is writing, newest last. */
export function filesBeingWritten(items: readonly RunItem[]): HotFile[] {
  return items.flatMap((item): HotFile[] => {
    if (item.kind !== "tool" || item.done !== null) return [];
    const input = inputOf(item);
    if (item.name === "write_files") return writtenFiles(input);
    return item.name === "edit_file" && text(input.path) !== "" ? [{ path: text(input.path), content: null }] : [];
  });
}

const writing: ReadonlySet<string> = new Set(["write_files", "edit_file", "move_file", "delete_files"]);

/** Whether a tool creates revisions. */
export const writes = (tool: string): boolean => writing.has(tool);

/** Whether a tool waits for a person's answer. */
export const asksPerson = (tool: string): boolean => tool === "ask_user" || tool === "request_access";

const reads: ReadonlySet<unknown> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether an item is a streamed request to the app that may have changed its data. A stored item has no seq. */
function isDataChange(item: RunItem): boolean {
  if (item.kind !== "tool" || item.seq <= 0 || item.done === null) return false;
  if (item.name === "view_page") return inputOf(item).click !== undefined;
  return item.name === "request_preview" && !reads.has(inputOf(item).method);
}

/** Counts the streamed requests that may have changed the app's data. */
export const dataChangesIn = (turns: readonly RunView[]): number =>
  turns.reduce((count, { items }) => count + items.filter(isDataChange).length, 0);

/** Parses a writing tool's result (JSON in a string) for the revision that it created. */
export function revisionIn(result: unknown): { revision: number; paths: string[] } | null {
  const fields = typeof result === "string" && result.startsWith("{") ? parsePartial(result) : result;
  if (!isFields(fields) || typeof fields.revision !== "number") return null;
  const paths = list(fields.changes)
    .filter(isFields)
    .map((change) => text(change.path));
  return { revision: fields.revision, paths };
}

function some(paths: readonly string[]): string {
  const [first, second, ...others] = paths;
  if (first === undefined) return "";
  if (second === undefined) return first;
  return others.length === 0 ? `${first}, ${second}` : `${first}, ${second} and ${others.length} more`;
}

type Label = { doing: string; did: string; subject: string };

const labels: Record<string, (input: Fields) => Label> = {
  list_files: () => ({ doing: "Listing files", did: "Listed files", subject: "" }),
  read_files: (input) => ({ doing: "Reading", did: "Read", subject: some(list(input.paths).map(text)) }),
  search_files: (input) => ({ doing: "Searching", did: "Searched", subject: `“${text(input.query)}”` }),
  write_files: (input) => ({
    doing: "Writing",
    did: "Wrote",
    subject: some(writtenFiles(input).map((file) => file.path)),
  }),
  edit_file: (input) => ({ doing: "Editing", did: "Edited", subject: text(input.path) }),
  move_file: (input) => ({ doing: "Moving", did: "Moved", subject: `${text(input.from)} → ${text(input.to)}` }),
  delete_files: (input) => ({ doing: "Deleting", did: "Deleted", subject: some(list(input.paths).map(text)) }),
  check: () => ({ doing: "Checking the build", did: "Checked the build", subject: "" }),
  request_preview: (input) => ({
    doing: "Testing",
    did: "Tested",
    subject: `${text(input.method)} ${text(input.path)}`.trim(),
  }),
  view_page: (input) => ({ doing: "Looking at", did: "Looked at", subject: text(input.path) }),
  page_errors: ({ repairs }) =>
    typeof repairs === "number"
      ? { doing: "Reading errors of the page", did: "The page still has errors", subject: `after ${repairs} repairs` }
      : { doing: "Reading errors of the page", did: "Read errors of the page", subject: "" },
  read_logs: () => ({ doing: "Reading logs", did: "Read logs", subject: "" }),
  package_info: (input) => ({
    doing: "Looking up a package",
    did: "Looked up",
    subject: [text(input.name), text(input.version)].filter((part) => part !== "").join(" "),
  }),
  list_access: () => ({ doing: "Reading the app's settings", did: "Read the app's settings", subject: "" }),
  request_access: (input) => ({ doing: "Asking for access", did: "Asked for access", subject: text(input.host) }),
  ask_user: (input) => ({ doing: "Asking", did: "Asked", subject: text(input.question) }),
};

/** Returns the label of a tool call, in the present tense while it runs and in the past tense afterwards. */
export function toolLabel(item: ToolItem, input: Fields): { verb: string; subject: string } {
  const words = labels[item.name]?.(input) ?? { doing: "Using", did: "Used", subject: item.name };
  return { verb: item.done === null ? words.doing : words.did, subject: words.subject };
}
