import { builtIn, type ModelPort, type RunAgentInput, runAgent } from "../../../worker/agents/index.ts";
import { MemoryJournal } from "./memory-checkpoints.ts";
import { MemoryWorkspace } from "./memory-workspace.ts";
import { type Answer, scriptedModel } from "./scripted-model.ts";

type Setting = Partial<Omit<RunAgentInput, "agent" | "model">> & { agent?: string; files?: Record<string, string> };

/** A run with its surroundings in memory. `go` starts it, and resumes it when called again. */
export function runOf(answers: Answer[] | ModelPort, setting: Setting = {}) {
  const { agent = "fullstack", files = {}, ...rest } = setting;
  const journal = new MemoryJournal();
  const workspace = new MemoryWorkspace(files);
  const stop = new AbortController();
  const model = Array.isArray(answers) ? scriptedModel(answers) : answers;
  const input: RunAgentInput = {
    runId: "run_1",
    agent: builtIn.get(agent),
    mode: "build",
    prompt: "Make an app",
    images: [],
    history: [],
    project: { name: "Test" },
    model,
    workspace,
    journal,
    emit: journal.emit,
    budget: {},
    signal: stop.signal,
    pause: async () => undefined,
    ...rest,
  };
  const types = () => journal.log.map((event) => event.type);
  return {
    journal,
    workspace,
    stop,
    model,
    types,
    go: (over: Partial<RunAgentInput> = {}) => runAgent({ ...input, ...over }),
  };
}
