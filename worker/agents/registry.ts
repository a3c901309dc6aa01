import type { Agent } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { parseAgentFile } from "./agent-file.ts";
import debuggerText from "./prompts/debugger.md";
import designerText from "./prompts/designer.md";
import explainerText from "./prompts/explainer.md";
import frontendText from "./prompts/frontend.md";
import fullstackText from "./prompts/fullstack.md";
import plannerText from "./prompts/planner.md";
import reviewerText from "./prompts/reviewer.md";
import writerText from "./prompts/writer.md";

export type Registry = {
  list(): Agent[];
  /** @throws AppError `unknown_agent` */
  get(name: string): Agent;
  find(name: string): Agent | undefined;
};

/** A registry of some agents; of two with one name the later counts, so that a project's own can stand in for a built-in. */
export function registryOf(agents: Agent[]): Registry {
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  const find = (name: string) => byName.get(name);
  return {
    list: () => [...byName.values()],
    find,
    get(name) {
      const agent = find(name);
      if (agent) return agent;
      const known = [...byName.keys()].join(", ");
      throw new AppError(
        "unknown_agent",
        `There is no agent ${JSON.stringify(name.slice(0, 64))}. There are: ${known}.`,
      );
    },
  };
}

const files: Record<string, string> = {
  "fullstack.md": fullstackText,
  "frontend.md": frontendText,
  "designer.md": designerText,
  "debugger.md": debuggerText,
  "reviewer.md": reviewerText,
  "planner.md": plannerText,
  "explainer.md": explainerText,
  "writer.md": writerText,
};

/** The agents that come with Edgesmith. A bad file among them fails here, when the Worker loads, and names itself. */
export const builtIn: Registry = registryOf(
  Object.entries(files).map(([file, text]) => parseAgentFile(text, `prompts/${file}`)),
);
