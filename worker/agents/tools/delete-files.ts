import { z } from "zod";
import { commit, committed } from "./apply-agent-batch.ts";
import { defineTool } from "./tool.ts";
import { named } from "./write-files.ts";

export const deleteFiles = defineTool({
  name: "delete_files",
  description: "Delete files, all of them or none. The history keeps them: a person can restore an earlier revision.",
  effect: "writes",
  input: () => z.strictObject({ paths: z.array(z.string()).min(1).max(100) }),
  async run({ paths }, context) {
    const earlier = context.again ? await context.workspace.findBatch(context.opId) : null;
    if (earlier) return committed(earlier);
    const each = [...new Set(paths)];
    return commit(
      context,
      each.map((path) => ({ op: "delete", path })),
      `Delete ${named(each)}`.slice(0, 500),
    );
  },
});
