import { z } from "zod";
import { defineTool } from "./tool.ts";

export const listAccess = defineTool({
  name: "list_access",
  description:
    "What the owner has given the app besides its code: the names of its variables (in the server's env) and of its secrets, and the hosts that its server may call, with how a secret is attached. Values are not shown.",
  effect: "reads",
  input: () => z.strictObject({}),
  async run(_, { workspace }) {
    return { content: JSON.stringify(await workspace.access()), isData: true };
  },
});
