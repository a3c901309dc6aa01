import { z } from "zod";
import { commit, committedBefore } from "./apply-agent-batch.ts";
import { defineTool, refusal } from "./tool.ts";

// Only projects/file-path.ts validates paths, so the schema does not.
const pathInput = z.string().describe("Relative path with forward slashes, such as src/main.tsx");

export const writeFiles = defineTool({
  name: "write_files",
  description:
    "Create files, or replace their whole content, as one atomic batch: all are written, or none. Put files that belong together into one call. For a small change to an existing file use edit_file.",
  effect: "writes",
  input: () =>
    z.strictObject({
      files: z
        .array(z.strictObject({ path: pathInput, content: z.string().describe("The complete content, UTF-8 text") }))
        .min(1)
        .max(100),
      message: z
        .string()
        .max(500)
        .optional()
        .describe("What the batch does, in a few words, for the project's history"),
    }),
  async run({ files, message }, context) {
    const paths = files.map((file) => file.path);
    const twice = paths.find((path, place) => paths.indexOf(path) !== place);
    if (twice !== undefined) return refusal(`${twice} occurs twice in this batch. Nothing was written; send it once.`);
    const earlier = context.again ? await context.workspace.findBatch(context.opId) : null;
    if (earlier) return committedBefore(earlier);
    const operations = files.map((file) => ({ op: "write" as const, ...file }));
    return commit(context, operations, message?.trim() || `Write ${named(paths)}`);
  },
});

/** Lists paths in a batch's message, at most three. */
export const named = (paths: string[]): string =>
  paths.length <= 3 ? paths.join(", ") : `${paths.slice(0, 2).join(", ")} and ${paths.length - 2} more`;
