import { z } from "zod";
import type { PreviewLog } from "../../contract/index.ts";
import { defineTool } from "./tool.ts";

const newest = 60;
const maxLogLength = 1_500;

export const readLogs = defineTool({
  name: "read_logs",
  description:
    "Read the newest lines that the app's server, its pages in the browser and its build have logged, each as a JSON object, errors with their stacks included.",
  effect: "reads",
  input: () => z.strictObject({}),
  async run(_input, { workspace }) {
    const lines = await workspace.logs(newest);
    if (lines.length === 0) return { content: "Nothing was logged." };
    return { content: lines.map((line) => JSON.stringify(shortened(line))).join("\n"), isData: true };
  },
});

const shortened = (line: PreviewLog): PreviewLog => ({
  ...line,
  message: line.message.slice(0, maxLogLength),
  ...(line.stack !== undefined && { stack: line.stack.slice(0, maxLogLength) }),
});
