import { z } from "zod";
import { defineTool } from "./tool.ts";

const newest = 60;

export const readLogs = defineTool({
  name: "read_logs",
  description:
    "Read the newest lines that the app's server, its pages in the browser and its build have logged, errors with their stacks included.",
  effect: "reads",
  input: z.strictObject({}),
  async run(_input, { workspace }) {
    const lines = await workspace.logs(newest);
    if (lines.length === 0) return { content: "Nothing was logged." };
    const shown = lines.map(({ at, level, source, message, path, line, column, stack }) => {
      const where =
        path === undefined ? "" : ` (${[path, line, column].filter((part) => part !== undefined).join(":")})`;
      const trace = stack === undefined ? "" : `\n${stack.slice(0, 1_500)}`;
      return `${at} ${source} ${level}: ${message.slice(0, 1_500)}${where}${trace}`;
    });
    return { content: shown.join("\n") };
  },
});
