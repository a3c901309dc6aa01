import { z } from "zod";
import { defineTool } from "./tool.ts";

export const askUser = defineTool({
  name: "ask_user",
  description:
    "Ask the person one question and wait for the answer. Only where going on would likely be wrong without it; otherwise choose sensibly and say what you chose.",
  effect: "reads",
  input: () =>
    z.strictObject({
      question: z.string().trim().min(1).max(2_000),
      options: z.array(z.string().trim().min(1).max(200)).min(2).max(8).optional(),
    }),
  async run({ question, options }) {
    return { content: "", ask: { question, ...(options === undefined ? {} : { options }) } };
  },
});
