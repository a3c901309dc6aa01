import type { Context } from "../../accounts/index.ts";
import {
  anthropicModel,
  builtIn,
  type Outcome,
  type PrefetchedCompletion,
  type ProjectRules,
  prefetchCompletion,
  projectWorkspace,
  readRules,
  runAgent,
} from "../../agents/index.ts";
import { planOf } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import type { Agent, BuilderRpc, EmittedEvent, Message, RunBudget } from "../../contract/index.ts";
import { pageViewerOf, type ViewerEnv } from "../../preview/index.ts";
import { listMessages } from "../../projects/index.ts";
import type { RunEventWriter } from "../log/run-event-writer.ts";
import { historyMessages, type RunContext } from "../start/project-snapshot.ts";
import type { RunSpec } from "../start/run-spec.ts";
import { CallMeter, usageOf } from "./call-meter.ts";
import { checkpointsOf } from "./checkpoints.ts";
import { earlierImages } from "./earlier-images.ts";
import type { RunRecord, RunTable } from "./run-table.ts";
import { summaryStore } from "./summary-store.ts";

/** The bindings that executing a run needs. */
export type ExecutorEnv = { PREVIEW: BuilderRpc; DELIVERIES: Queue } & ViewerEnv;

type Dependencies = Omit<Context, "actor"> & {
  sql: SqlStorage;
  table: RunTable;
  log: RunEventWriter;
  env: ExecutorEnv;
  /** The project's state when the run was queued, or null. */
  runContext: RunContext | null;
  /** The completion that was prefetched when the run was queued, or null. */
  call: PrefetchedCompletion | null;
  /** Called when the run has created a revision, so that webhooks are delivered before the run's end. */
  onRevision: () => void;
};

/**
 * Requests a run's first completion before the run is stored, so that the request does not wait for the disk.
 * @returns null when the run would not begin with this request
 */
export function prefetchFirstCompletion(
  config: Config,
  start: RunSpec,
  { head, files, messages }: RunContext,
): PrefetchedCompletion | null {
  const agent = agentOf(start);
  const { mode, prompt, projectName } = start;
  const task = { agent, mode, prompt, history: messages, project: { name: projectName }, budget: budgetOf(start) };
  const open = (onRequest: (characters: number) => void) => anthropicModel(config, { onRequest });
  return prefetchCompletion({ ...task, revision: head, files }, open);
}

/** Returns the run's agent, with the requested model. */
function agentOf(start: RunSpec): Agent {
  const agent = start.ownAgent ?? builtIn.get(start.routing.agent);
  return start.model === undefined ? agent : { ...agent, model: start.model };
}

/** Executes a run from its last checkpoint to its end or to a question. The caller stores the outcome. */
export async function executeRun(dependencies: Dependencies, record: RunRecord, signal: AbortSignal): Promise<Outcome> {
  const { config, database, sql, table, log, env, runContext, call, onRevision } = dependencies;
  const { start, id } = record;
  const agent = agentOf(start);
  const { ownerId, plan, projectId } = start;
  const context: Context = { config, database, actor: { kind: "agent", ownerId, plan, name: agent.name, runId: id } };
  const meter = new CallMeter(sql, id);
  meter.keepLost();
  const model = meter.metered(call?.model ?? anthropicModel(config));
  const parts = { builder: env.PREVIEW, viewer: pageViewerOf(env, config) };
  const workspace = projectWorkspace(context, parts, { projectId, runId: id });
  // Read concurrently, because the first delta waits for both.
  const [history, listed] = runContext
    ? [runContext.messages, { revision: runContext.head, files: runContext.files }]
    : await Promise.all([historyOf(context, projectId), workspace.listFiles()]);
  const rules = await readRules(workspace, listed.files);
  const isFirst = record.lastSeq <= 2;
  if (isFirst) log.emit(started(model.modelId(agent.model), config, rules));
  const outcome = await runAgent({
    runId: id,
    agent,
    mode: start.mode,
    prompt: start.prompt,
    images: table.images(id),
    history,
    earlierImages: earlierImages(history, model.modelId(agent.model), (runId) => table.images(runId)),
    project: { name: start.projectName },
    rules,
    model,
    workspace: { ...workspace, listFiles: consumeOnce(listed, workspace.listFiles) },
    journal: checkpointsOf(sql, id),
    summaries: summaryStore(sql),
    emit: (event) => {
      const seq = log.emit(event);
      if (event.type === "revision.created") onRevision();
      return seq;
    },
    delivered: () => log.delivered(),
    budget: budgetOf(start),
    signal,
  });
  // After an exception the outcome lacks the usage of the step's last attempt, so this uses the metered usage.
  const isThrown = outcome.status === "failed" && outcome.cause !== undefined;
  return isThrown ? { ...outcome, usage: usageOf(sql, id) } : outcome;
}

/** Returns the first event of a run, which names the rules that the run follows. */
const started = (model: string, { model: { scripted } }: Config, rules: ProjectRules | null): EmittedEvent => ({
  type: "run.started",
  model,
  scripted,
  ...(rules === null ? {} : { rules: { path: rules.path, bytes: rules.bytes, truncated: rules.truncated } }),
});

/** Returns a known value at the first call, and reads it again at later calls. */
function consumeOnce<T>(known: T, ask: () => Promise<T>): () => Promise<T> {
  let isTaken = false;
  return async () => {
    if (isTaken) return ask();
    isTaken = true;
    return known;
  };
}

async function historyOf(context: Context, projectId: string): Promise<Message[]> {
  const page = { limit: historyMessages, after: null };
  const { data } = await listMessages(context, { projectId, page, order: "desc" });
  return data.reverse();
}

/** Returns the requested budget, capped by the plan. */
function budgetOf({ budget, plan }: RunSpec): RunBudget {
  const { runSteps, runTokens, runMicroUsd } = planOf(plan);
  return {
    steps: Math.min(budget.steps ?? runSteps, runSteps),
    tokens: Math.min(budget.tokens ?? runTokens, runTokens),
    microUsd: Math.min(budget.microUsd ?? runMicroUsd, runMicroUsd),
  };
}
