import { z } from "zod";
import { defineTool } from "./tool.ts";

const maxListed = 1_000;

export const listFiles = defineTool({
  name: "list_files",
  description: "List every file of the project with its size in bytes, and the project's current revision.",
  effect: "reads",
  input: () => z.strictObject({}),
  async run(_input, { workspace }) {
    const { revision, files } = await workspace.listFiles();
    const shown = files.slice(0, maxListed).map(({ path, bytes }) => ({ path, bytes }));
    const left = files.length - shown.length;
    return {
      isData: true,
      content: JSON.stringify({
        revision,
        files: shown,
        ...(left > 0 ? { note: `${left} more files are not shown. Use search_files to find one.` } : {}),
      }),
    };
  },
});
