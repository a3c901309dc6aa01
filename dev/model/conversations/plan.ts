import { mayWrite } from "../parts/call-tools.ts";
import type { Conversation, Task } from "../turn.ts";
import { surveyed } from "./explain.ts";

const asksForPlan = ({ prompt, system }: Task): boolean =>
  /^\s*(please\s+)?(make\s+|write\s+|draw up\s+)?(me\s+)?(an?\s+)?plan\b/i.test(prompt) ||
  /this run only plans|you are the planner/i.test(system);

export const plan: Conversation = {
  name: "plan",
  example: "Plan a todo list with an API",
  matches: (task) => /^\s*(please\s+)?plan\b/i.test(task.prompt) || (!mayWrite(task) && asksForPlan(task)),
  *play(task) {
    const { paths } = yield* surveyed(task, "A plan starts from what is there, so I look first and change nothing.");
    const has = (pattern: RegExp) => paths.find((path) => pattern.test(path));
    const page = has(/index\.html$/);
    const server = has(/^src\/server\.\w+$/);
    const entry = has(/^src\/main\.\w+$/);
    const steps = [
      server
        ? `Extend \`${server}\`: the new route, its checks, and a migration appended to the ones that are there.`
        : "Write `src/server.ts`: class `App` with its own SQLite database, a migration, and a JSON API that checks what it is sent.",
      entry
        ? `Change \`${entry}\` to call the new route and show its answer.`
        : "Write `src/main.ts`: a typed client, and the page's behaviour.",
      page
        ? `Add what is needed to \`${page}\`, with labels for every field.`
        : "Write `index.html` and `src/style.css`: semantic, responsive, usable by keyboard.",
      "Check the project, and repair what the check reports.",
      "Call the running app once for each route, the refusals included.",
    ];
    return {
      text: `**Plan for:** ${task.prompt.trim().slice(0, 200)}\n\nThe project has ${paths.length === 0 ? "no files yet" : `${paths.length} files`}.\n\n${steps.map((step, place) => `${place + 1}. ${step}`).join("\n")}\n\n**What could go wrong:** data that is there already (so: migrations that only append), and two windows changing the same thing (so: the server decides).\n\nNothing is changed yet. Send the same prompt in build mode to have it made.`,
    };
  },
};
