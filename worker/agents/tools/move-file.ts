import { z } from "zod";
import { commit, committed } from "./apply-agent-batch.ts";
import { defineTool } from "./tool.ts";

export const moveFile = defineTool({
  name: "move_file",
  description: "Move or rename one file. Imports that name it are not changed: look for them with search_files.",
  effect: "writes",
  input: () => z.strictObject({ from: z.string(), to: z.string() }),
  async run({ from, to }, context) {
    const earlier = context.again ? await context.workspace.findBatch(context.opId) : null;
    if (earlier) return committed(earlier);
    return commit(context, [{ op: "move", path: from, to }], `Move ${from} to ${to}`.slice(0, 500));
  },
});
