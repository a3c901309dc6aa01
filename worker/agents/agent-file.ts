import { type Document, isAlias, isNode, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { type Agent, modelTier } from "../contract/index.ts";
import { AppError, type FieldError } from "../errors.ts";
import { foreignModels, foreignTools } from "./foreign-names.ts";
import { toolNames } from "./tools/index.ts";

const text = (most: number) => z.string().trim().min(1).max(most);

// The shape coding assistants use for sub-agents: a list is written as a YAML list or with commas in one line.
const list = (item: z.ZodType<string>, most: number) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z.array(item).max(most),
  );

const tool = z
  .string()
  .refine((name) => toolNames.includes(name) || foreignTools.has(name), { error: "is no tool there is" });

const frontMatter = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens"),
  title: text(80).optional(),
  description: text(4_000),
  keywords: list(text(60), 200).default([]),
  examples: z.array(text(500)).max(60).default([]),
  tools: list(tool, 40).optional(),
  model: z
    .union([modelTier, z.enum(Object.keys(foreignModels))], { error: "is no model tier there is" })
    .default("balanced"),
  /** Others colour their agents in a list. */
  color: z.string().optional(),
});
type FrontMatter = z.infer<typeof frontMatter>;

const parts = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n([\s\S]*))?$/;
/** The front matter begins on the file's second line. */
const firstLine = 2;

/**
 * Reads one agent from its Markdown file.
 * @param file what to call it in a complaint
 * @throws AppError `invalid_agent`, naming the file and each field that is wrong, with its line
 */
export function parseAgentFile(source: string, file: string): Agent {
  const clean = source.replace(/^\uFEFF/, "");
  const [, head, body = ""] = parts.exec(clean) ?? [];
  if (head === undefined) throw invalid(file, [fault("", "begins with no front matter between two lines of ---", 1)]);
  const lines = new LineCounter();
  const yaml = parseDocument(head, { schema: "core", lineCounter: lines });
  const [broken] = yaml.errors;
  if (broken) {
    const line = (broken.linePos?.[0].line ?? 1) + firstLine - 1;
    throw invalid(file, [fault("", `is not valid YAML: ${broken.message.split("\n")[0]}`, line)]);
  }
  const lineOf = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  visit(yaml, (_key, node) => {
    // A few lines of aliases can unfold into gigabytes.
    if (isAlias(node))
      throw invalid(file, [fault("", "uses a YAML alias, which is not supported", lineOf(node.range?.[0] ?? 0))]);
  });
  const parsed = frontMatter.safeParse(yaml.toJS());
  if (!parsed.success)
    throw invalid(
      file,
      parsed.error.issues.flatMap((issue) => faultsOf(issue, yaml, lineOf)),
    );
  const prompt = body.trim();
  if (prompt === "") {
    const last = head.split("\n").length + firstLine;
    throw invalid(file, [fault("/prompt", "is empty: the text below the front matter is the prompt", last)]);
  }
  return agentOf(parsed.data, prompt);
}

function agentOf({ name, title, tools, model, color: _, ...rest }: FrontMatter, prompt: string): Agent {
  const known = tools?.flatMap((one) => foreignTools.get(one) ?? [one]);
  const words = name.replaceAll("-", " ");
  return {
    ...rest,
    name,
    title: title ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    // Where no tools are named, there as here it gets them all.
    tools: known === undefined ? [...toolNames] : toolNames.filter((one) => known.includes(one)),
    model: modelTier.safeParse(model).data ?? foreignModels[model] ?? "balanced",
    prompt,
  };
}

/** A fault for each field that an issue of zod's is about, with the line where that field stands. */
function faultsOf(issue: z.core.$ZodIssue, yaml: Document, lineOf: (offset: number) => number): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => fault(`/${key}`, "is no field of an agent", lineAt([key], yaml, lineOf)));
  }
  const missing = issue.code === "invalid_type" && issue.path.length === 1 && !yaml.has(issue.path[0]);
  const message = missing ? "is missing" : issue.message;
  return [fault(`/${issue.path.join("/")}`, message, lineAt(issue.path, yaml, lineOf))];
}

/** The line of the deepest part of a path that is there. */
function lineAt(path: PropertyKey[], yaml: Document, lineOf: (offset: number) => number): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = yaml.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lineOf(node.range[0]);
  }
  return 1;
}

const fault = (pointer: string, detail: string, line: number): FieldError => ({
  pointer,
  code: "invalid_agent",
  detail: `Line ${line}${pointer === "" ? "" : `, ${pointer.slice(1)}`}: ${detail}.`,
  line,
});

function invalid(file: string, errors: FieldError[]): AppError {
  const said = errors.map(({ detail }) => detail).join(" ");
  return new AppError("invalid_agent", `The agent ${file} cannot be used. ${said}`, { errors });
}
