import { isNode } from "yaml";
import { z } from "zod";
import { type Agent, fieldName, isOneLine, lazily, notOneLine, validationMessages } from "../contract/index.ts";
import { AppError, type FieldError } from "../errors.ts";
import { type FrontMatter, readFrontMatter } from "./front-matter.ts";
import { tierOf, toolAliases } from "./tool-aliases.ts";
import { toolNames } from "./tools/index.ts";

const text = (max: number) => z.string().trim().min(1).max(max);

// The file format of coding assistants' sub-agents: a list is a YAML list or one line with commas, and a key without a
// value counts as absent.
const list = (item: z.ZodType<string>, max: number) =>
  z.preprocess(
    (value) =>
      typeof value === "string"
        ? value
            .split(",")
            .map((part) => part.trim())
            .filter((part) => part !== "")
        : (value ?? []),
    z.array(item).max(max),
  );
const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema.optional());

/** Parses the tools. A missing list grants every tool, as in other assistants; an empty list grants none. */
const toolList = (item: z.ZodType<string>, max: number) =>
  z.preprocess((value) => (value === undefined || value === null || value === "" ? every : value), list(item, max));
const every = "*";

const formats = lazily(() => {
  const fields = {
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    title: orNothing(text(80).refine(isOneLine, notOneLine)),
    description: text(4_000),
    keywords: list(text(60), 200).default([]),
    examples: list(text(500), 60).default([]),
    tools: toolList(z.string(), 200),
    model: orNothing(z.string().refine((name) => tierOf(name) !== null, "is not a known model")),
  };
  // Files of other assistants may contain unknown keys and tools; in a built-in agent's file they are mistakes.
  const theirs = z.object(fields);
  const ours = z.strictObject({
    ...fields,
    tools: toolList(
      z.string().refine((name) => name === every || toolNames.includes(name), "is not a known tool"),
      40,
    ),
  });
  return { theirs, ours };
});
type Fields = z.infer<typeof formats.theirs>;

const parts = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n([\s\S]*))?$/;

/**
 * Parses one agent from its Markdown file.
 * @param file the file's name in error messages
 * @param isOurs whether the agent is built in, which makes unknown keys and tools errors
 * @throws AppError `invalid_agent`, naming the file and each invalid field with its line and its value
 */
export function parseAgentFile(source: string, file: string, isOurs = false): Agent {
  const clean = source.replace(/^\uFEFF/, "");
  const [, head, body = ""] = parts.exec(clean) ?? [];
  if (head === undefined)
    throw invalid(file, [fault("", "the file does not begin with front matter between two lines of ---", 1)]);
  const read = readFrontMatter(head);
  if ("fault" in read) {
    const line = clean.split(/\r?\n/)[read.line - 1] ?? "";
    throw invalid(file, [
      fault("", `${quoted(line)} is not valid YAML: ${read.fault.replace(/[.:\s]+$/, "")}`, read.line),
    ]);
  }
  const values: unknown = read.yaml.toJS();
  const parsed = (isOurs ? formats.ours : formats.theirs).safeParse(values);
  if (!parsed.success)
    throw invalid(
      file,
      parsed.error.issues.flatMap((issue) => faultsOf(issue, read)),
    );
  const prompt = body.trim();
  if (prompt === "") {
    const last = clean.split("\n---")[0]?.split("\n").length ?? 0;
    throw invalid(file, [fault("/prompt", "the prompt, which is the text below the front matter, is empty", last + 1)]);
  }
  return agentOf(parsed.data, prompt);
}

function agentOf({ name, title, tools, model, ...rest }: Fields, prompt: string): Agent {
  const known = tools.flatMap((tool) => toolAliases.get(tool) ?? [tool]);
  const words = name.replaceAll("-", " ");
  const hasAll = tools.includes(every);
  return {
    ...rest,
    name,
    title: title ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    tools: toolNames.filter((tool) => hasAll || known.includes(tool)),
    model: (model === undefined ? null : tierOf(model)) ?? "balanced",
    prompt,
  };
}

/** Converts a zod issue to an error for each of its fields, with the field's line. */
function faultsOf(issue: z.core.$ZodIssue, read: FrontMatter): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => fault(`/${key}`, `${key} is not a field of an agent`, lineAt([key], read)));
  }
  const { path } = issue;
  const value: unknown = path.length === 0 ? read.yaml.toJS() : read.yaml.getIn(path);
  const named = path.length === 0 ? "the front matter" : fieldName(path);
  const words = validationMessages(issue, value ?? undefined);
  const detail = value === undefined || value === null ? `${named} ${words}` : `${named} ${quoted(value)} ${words}`;
  return [fault(path.map((part) => `/${String(part)}`).join(""), detail, lineAt(path, read))];
}

/** Quotes a value for an error message, shortened to 60 characters. */
function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return `“${text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text}”`;
}

/** Returns the line of the deepest part of a path that exists. */
function lineAt(path: PropertyKey[], { yaml, lineOf }: FrontMatter): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = yaml.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lineOf(node.range[0]);
  }
  return 1;
}

const fault = (pointer: string, detail: string, line: number): FieldError => ({
  pointer,
  code: "invalid_agent",
  detail: `Line ${line}: ${detail}.`,
  line,
});

function invalid(file: string, errors: FieldError[]): AppError {
  const said = errors.map(({ detail }) => detail).join(" ");
  return new AppError("invalid_agent", `Can't use the agent ${file}. ${said}`, { errors });
}
