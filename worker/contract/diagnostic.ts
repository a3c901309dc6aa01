import { z } from "./route.ts";

/** One diagnostic of a build or type check: `Diagnostic` of preview-rpc.ts as a schema. */
export const diagnostic = z.object({
  path: z.string(),
  line: z.int(),
  column: z.int(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  suggestedPrompt: z.string().optional().openapi({
    description:
      "A prompt that fixes the problem, such as a prompt that converts a project whose framework cannot run.",
  }),
});
