import { isAlias, parseDocument, visit } from "yaml";
import { z } from "zod";
import { type Agent, modelTier } from "../contract/index.ts";
import { AppError, type FieldError } from "../errors.ts";
import { toolNames } from "./tools/index.ts";

// The shape coding assistants use for sub-agents: a list is written as a YAML list or with commas in one line.
const list = (item: z.ZodType<string>) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z.array(item),
  );
const text = z.string().trim().min(1);

const frontMatter = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens"),
  title: text.max(80),
  description: text.max(1_000),
  keywords: list(text).default([]),
  examples: z.array(text).default([]),
  tools: list(z.string().refine((name) => toolNames.includes(name), { error: "is no tool there is" })),
  model: modelTier.default("balanced"),
});

const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/;

/**
 * Reads one agent from its Markdown file.
 * @param file what to call it in a complaint
 * @throws AppError `invalid_agent`, naming the file and each field that is wrong
 */
export function parseAgentFile(source: string, file: string): Agent {
  const [, head, body] = parts.exec(source.replace(/^\uFEFF/, "")) ?? [];
  if (head === undefined || body === undefined) {
    throw invalid(file, [fault("", "begins with no front matter between two lines of ---")]);
  }
  const yaml = parseDocument(head, { schema: "core" });
  const broken = yaml.errors[0];
  if (broken) throw invalid(file, [fault("", `is not valid YAML: ${broken.message.split("\n")[0]}`)]);
  visit(yaml, (_key, node) => {
    // A few lines of aliases can unfold into gigabytes.
    if (isAlias(node)) throw invalid(file, [fault("", "uses a YAML alias, which is not supported")]);
  });
  const parsed = frontMatter.safeParse(yaml.toJS());
  if (!parsed.success) {
    throw invalid(
      file,
      parsed.error.issues.map((issue) => fault(`/${issue.path.join("/")}`, issue.message)),
    );
  }
  const prompt = body.trim();
  if (prompt === "") throw invalid(file, [fault("/prompt", "is empty: the text below the front matter is the prompt")]);
  return { ...parsed.data, prompt };
}

const fault = (pointer: string, detail: string): FieldError => ({ pointer, code: "invalid_agent", detail });

function invalid(file: string, errors: FieldError[]): AppError {
  const said = errors.map(({ pointer, detail }) => (pointer === "" ? detail : `${pointer.slice(1)}: ${detail}`));
  return new AppError("invalid_agent", `The agent ${file} cannot be used: ${said.join("; ")}.`, { errors });
}
