import { z } from "zod";
import { commit, committedBefore } from "./apply-agent-batch.ts";
import { replaceEach } from "./edits.ts";
import { defineTool, refusal } from "./tool.ts";

export const editFile = defineTool({
  name: "edit_file",
  description:
    "Change parts of one file. Each `find` must be text that occurs exactly once in the file as it is now, whitespace included; take a line or two around it where needed. The edits are applied in order, all or none.",
  effect: "writes",
  input: () =>
    z.strictObject({
      path: z.string(),
      edits: z
        .array(z.strictObject({ find: z.string().min(1), replace: z.string() }))
        .min(1)
        .max(50),
    }),
  async run({ path, edits }, context) {
    const earlier = context.again ? await context.workspace.findBatch(context.opId) : null;
    if (earlier) return committedBefore(earlier);
    const head = await context.workspace.head();
    const file = await context.workspace.readFile(path);
    if (file === null) return refusal(`There is no file ${path}. list_files shows those there are.`);
    if (file.encoding === "base64") return refusal(`${path} is not text and cannot be edited.`);
    const edited = replaceEach(file.content, edits);
    // The message may quote lines of the file.
    if ("fault" in edited) return { ...refusal(`${path} was not changed. ${edited.fault}`), isData: true };
    if (edited.content === file.content) return refusal(`${path} was not changed: the edits replace text by itself.`);
    const base = { ...context, baseOf: () => head };
    return commit(base, [{ op: "update", path, content: edited.content }], `Edit ${path}`.slice(0, 500));
  },
});
