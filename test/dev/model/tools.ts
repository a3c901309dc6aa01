import { z } from "zod";

export type Files = Map<string, string>;
export type Result = { result: string; isError: boolean };

const paths = z.strictObject({ paths: z.array(z.string()).min(1) });
const schemas = {
  write_files: z.strictObject({
    files: z.array(z.strictObject({ path: z.string(), content: z.string().max(50_000) })).min(1),
    message: z.string().optional(),
  }),
  edit_file: z.strictObject({
    path: z.string(),
    edits: z.array(z.strictObject({ find: z.string().min(1), replace: z.string() })).min(1),
  }),
  move_file: z.strictObject({ from: z.string(), to: z.string() }),
  search_files: z.strictObject({ query: z.string().min(1), regex: z.boolean().optional() }),
  request_preview: z.strictObject({
    method: z.string(),
    path: z.string().startsWith("/"),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
  request_access: z.strictObject({ host: z.string(), reason: z.string().max(500), secret: z.string().optional() }),
  ask_user: z.strictObject({ question: z.string(), options: z.array(z.string()).optional() }),
};

const done = (result: string): Result => ({ result, isError: false });
const failed = (result: string): Result => ({ result, isError: true });

/**
 * Runs a tool on the in-memory files. `answers` overrides tools' results by name; a leading `ERROR ` makes the result
 * an error.
 */
export function runTool(files: Files, name: string, input: unknown, answers: Record<string, string> = {}): Result {
  const canned = answers[name];
  if (canned !== undefined) return canned.startsWith("ERROR ") ? failed(canned.slice(6)) : done(canned);
  switch (name) {
    case "list_files":
      return done(
        [...files].map(([path, content]) => `${path} (${content.length} bytes)`).join("\n") || "The project is empty.",
      );
    case "read_files":
      return read(files, paths.parse(input).paths);
    case "search_files":
      return search(files, schemas.search_files.parse(input));
    case "write_files":
      for (const { path, content } of schemas.write_files.parse(input).files) files.set(path, content);
      return done("Written.");
    case "edit_file":
      return edit(files, schemas.edit_file.parse(input));
    case "move_file":
      return move(files, schemas.move_file.parse(input));
    case "delete_files":
      return remove(files, paths.parse(input).paths);
    case "request_preview":
      return done(`200 ${JSON.stringify(schemas.request_preview.parse(input).path)}`);
    case "list_access":
      return done(JSON.stringify({ variables: [], secrets: [], grants: [] }));
    case "request_access":
      return done(`Allowed. ${schemas.request_access.parse(input).host} is granted for: both.`);
    case "view_page":
      return done('The page "/".\nFindings:\nnone\nConsole:\nnone\nAccessibility tree:\n(empty)');
    case "ask_user":
      return done(`The user's choice: ${schemas.ask_user.parse(input).options?.[0] ?? "yes"}`);
    case "check":
      return done("No problems: the project builds.");
    case "read_logs":
      return done("No log entries.");
    default:
      throw new Error(`No such tool: ${name}`);
  }
}

function read(files: Files, wanted: string[]): Result {
  const missing = wanted.filter((path) => !files.has(path));
  if (missing.length > 0) return failed(`No such file: ${missing.join(", ")}`);
  return done(JSON.stringify({ files: wanted.map((path) => ({ path, content: files.get(path) })) }));
}

function search(files: Files, { query, regex }: { query: string; regex?: boolean | undefined }): Result {
  const hit = (line: string) => (regex ? new RegExp(query).test(line) : line.includes(query));
  const lines = [...files].flatMap(([path, content]) =>
    content.split("\n").flatMap((line, index) => (hit(line) ? [`${path}:${index + 1}: ${line}`] : [])),
  );
  return done(lines.join("\n") || "Nothing found.");
}

function edit(files: Files, { path, edits }: z.infer<typeof schemas.edit_file>): Result {
  const before = files.get(path);
  if (before === undefined) return failed(`No such file: ${path}`);
  let content: string = before;
  for (const { find, replace } of edits) {
    const pieces = content.split(find);
    if (pieces.length !== 2) return failed(`Found ${pieces.length - 1} times in ${path}: ${find}`);
    content = pieces.join(replace);
  }
  files.set(path, content);
  return done("Edited.");
}

function move(files: Files, { from, to }: { from: string; to: string }): Result {
  const content = files.get(from);
  if (content === undefined || files.has(to)) return failed(`Cannot move ${from} to ${to}`);
  files.delete(from);
  files.set(to, content);
  return done("Moved.");
}

function remove(files: Files, wanted: string[]): Result {
  const missing = wanted.filter((path) => !files.delete(path));
  return missing.length > 0 ? failed(`No such file: ${missing.join(", ")}`) : done("Deleted.");
}
