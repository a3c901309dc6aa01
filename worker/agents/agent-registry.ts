import type { Agent } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { parseAgentFile } from "./agent-file.ts";
import accessibilityText from "./prompts/accessibility.md";
import backendText from "./prompts/backend.md";
import databaseText from "./prompts/database.md";
import datavizText from "./prompts/dataviz.md";
import debuggerText from "./prompts/debugger.md";
import designerText from "./prompts/designer.md";
import explainerText from "./prompts/explainer.md";
import frontendText from "./prompts/frontend.md";
import fullstackText from "./prompts/fullstack.md";
import gamesText from "./prompts/games.md";
import integratorText from "./prompts/integrator.md";
import localizerText from "./prompts/localizer.md";
import performanceText from "./prompts/performance.md";
import plannerText from "./prompts/planner.md";
import refactorerText from "./prompts/refactorer.md";
import reviewerText from "./prompts/reviewer.md";
import securityText from "./prompts/security.md";
import seoText from "./prompts/seo.md";
import testerText from "./prompts/tester.md";
import writerText from "./prompts/writer.md";

/** Agents by name. */
export type AgentRegistry = {
  list(): Agent[];
  /** @throws AppError `unknown_agent` */
  get(name: string): Agent;
  find(name: string): Agent | undefined;
};

/**
 * Creates a registry. Of two agents with the same name the later wins, so that a project's agent can replace a built-in
 * agent.
 */
export function registryOf(agents: Agent[]): AgentRegistry {
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
        `There is no agent ${JSON.stringify(name.slice(0, 64))}. Available agents: ${known}.`,
      );
    },
  };
}

const files: Record<string, string> = {
  "fullstack.md": fullstackText,
  "frontend.md": frontendText,
  "designer.md": designerText,
  "backend.md": backendText,
  "database.md": databaseText,
  "debugger.md": debuggerText,
  "refactorer.md": refactorerText,
  "tester.md": testerText,
  "reviewer.md": reviewerText,
  "security.md": securityText,
  "performance.md": performanceText,
  "accessibility.md": accessibilityText,
  "writer.md": writerText,
  "planner.md": plannerText,
  "explainer.md": explainerText,
  "dataviz.md": datavizText,
  "games.md": gamesText,
  "integrator.md": integratorText,
  "localizer.md": localizerText,
  "seo.md": seoText,
};

let parsed: AgentRegistry | undefined;

/**
 * Parses the built-in agents on first use: parsing takes a third of an isolate's start-up time, and most isolates need
 * no agent.
 */
const builtInRegistry = (): AgentRegistry => {
  parsed ??= registryOf(Object.entries(files).map(([file, text]) => parseAgentFile(text, `prompts/${file}`, true)));
  return parsed;
};

/** The built-in agents. Their first use throws an error that names the file when one of their files is invalid. */
export const builtIn: AgentRegistry = {
  list: () => builtInRegistry().list(),
  find: (name) => builtInRegistry().find(name),
  get: (name) => builtInRegistry().get(name),
};
