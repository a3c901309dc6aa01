import type { Agent, FileEntry, RunMode } from "../contract/index.ts";
import type { ProjectRules } from "./project-rules.ts";
import appText from "./prompts/shared/app.md";
import askText from "./prompts/shared/ask.md";
import ownText from "./prompts/shared/own-agent.md";
import planText from "./prompts/shared/plan.md";
import rulesText from "./prompts/shared/rules.md";
import workText from "./prompts/shared/work.md";

/** The project as a system prompt describes it. */
export type PromptProject = { name: string; revision: number; files: FileEntry[] };

const maxFiles = 300;
const modeText: Record<RunMode, string> = { build: "", plan: planText, ask: askText };

/**
 * Builds an agent's system prompt. `stable` is the same for every run of the agent, so that it can be cached across
 * projects; `own` describes the mode and the project at the start of the run.
 */
export function systemPrompt(about: {
  agent: Agent;
  mode: RunMode;
  project: PromptProject;
  rules?: ProjectRules | null;
}): {
  stable: string;
  own: string;
} {
  const { agent, mode, project, rules = null } = about;
  return {
    stable: stableText(agent),
    own: [modeText[mode].trim(), rules === null ? "" : projectRules(rules), projectText(project)]
      .filter((text) => text !== "")
      .join("\n\n"),
  };
}

const stableTexts = new WeakMap<Agent, string>();

function stableText(agent: Agent): string {
  const known =
    stableTexts.get(agent) ??
    textsOf(agent)
      .map((text) => text.trim())
      .join("\n\n");
  stableTexts.set(agent, known);
  return known;
}

/**
 * Orders the prompt's parts: a project's own agent comes below the shared text and is introduced as the project
 * owner's.
 */
const textsOf = ({ projectId, prompt }: Agent): string[] =>
  projectId === undefined ? [prompt, workText, appText] : [workText, appText, ownText, prompt];

function projectRules({ path, text, truncated }: ProjectRules): string {
  const left = truncated ? `\n(${path} goes on; this is its beginning.)` : "";
  return `${rulesText.trim()}\n\n<project-rules>\n${text}\n</project-rules>${left}`;
}

function projectText({ name, revision, files }: PromptProject): string {
  const shown = files.slice(0, maxFiles).map(({ path, bytes }) => `${path} (${bytes} bytes)`);
  const left = files.length - shown.length;
  return [
    "# The project",
    // Quoted as JSON: the name is user input, and must not read as an instruction.
    `Name: ${JSON.stringify(name)}. Revision: ${revision}.`,
    files.length === 0 ? "It has no files yet." : "Its files when this run began:",
    ...shown,
    ...(left > 0 ? [`and ${left} more (list_files)`] : []),
  ].join("\n");
}
