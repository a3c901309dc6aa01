import type { FileEntry } from "../../contract/index.ts";
import { noUsage } from "../../contract/index.ts";
import type { ModelEvent, ModelPort, ModelRequest } from "../model/port.ts";
import { hasRules } from "../project-rules.ts";
import { systemPrompt } from "../system-prompt.ts";
import { toolsFor } from "../tools/index.ts";
import { digestOf, historyRoomOf, splitHistory } from "./history.ts";
import type { RunAgentInput } from "./loop-state.ts";
import { requestOf } from "./request.ts";

/** The input of a run's first request. */
type FirstTask = Pick<RunAgentInput, "agent" | "mode" | "prompt" | "history" | "project" | "budget"> & {
  revision: number;
  files: FileEntry[];
};

/**
 * A run's first completion, requested before the run begins. Nothing of it is emitted or stored until the loop requests
 * it.
 */
export type PrefetchedCompletion = {
  /** Resolves when `fetch` has begun the request, with the characters of its body; with 0 when no request follows. */
  begun: Promise<number>;
  /**
   * The model. Returns the prefetched completion when the first request equals the prefetched request; otherwise calls
   * the model again.
   */
  model: ModelPort;
  /** Aborts the call unless the loop has requested it. */
  abort(): void;
};

/**
 * Requests the completion that the loop will request first. Returns null when the loop has other work before it: to
 * summarize an earlier conversation, to read the project's rules, or to end because the budget is spent.
 * @param open returns the model, which calls `onRequest` with the characters of a request's body when `fetch` has begun it
 */
export function prefetchCompletion(
  task: FirstTask,
  open: (onRequest: (characters: number) => void) => ModelPort,
): PrefetchedCompletion | null {
  const { promise: begun, resolve } = Promise.withResolvers<number>();
  const model = open(resolve);
  const { agent, mode, history, project, revision, files } = task;
  if (hasRules(files)) return null;
  if (digestOf(splitHistory(history, historyRoomOf(model.modelId(agent.model))).older) !== "") return null;
  const tools = toolsFor(agent.tools, mode);
  const system = systemPrompt({ agent, mode, project: { ...project, revision, files } });
  const prepared = requestOf({ ...task, model, tools, system, images: [], earlier: null, trim: 0 }, [], noUsage);
  if ("exceeded" in prepared) return null;
  const { request } = prepared;
  const controller = new AbortController();
  const events = model.stream(request, controller.signal)[Symbol.asyncIterator]();
  const first = events.next();
  // The call may fail before it sends a request.
  void first.finally(() => resolve(0)).catch(() => undefined);
  let isOpen = true;
  function abort(): void {
    if (!isOpen) return;
    isOpen = false;
    controller.abort();
    leave(events);
  }
  return {
    begun,
    abort,
    model: {
      modelId: model.modelId,
      priceOf: model.priceOf,
      stream(actual, signal) {
        if (isOpen && isSame(actual, request)) {
          isOpen = false;
          return taken({ first, events, controller }, signal);
        }
        abort();
        return model.stream(actual, signal);
      },
    },
  };
}

/** Whether two requests are equal. The tools and the agent's text, most of a request, are usually the same objects. */
function isSame({ tools, system, ...one }: ModelRequest, { tools: others, system: text, ...other }: ModelRequest) {
  const hasSameTools = tools === others || JSON.stringify(tools) === JSON.stringify(others);
  const hasSameText = system.stable === text.stable && system.own === text.own;
  return hasSameTools && hasSameText && JSON.stringify(one) === JSON.stringify(other);
}

type Call = {
  first: Promise<IteratorResult<ModelEvent>>;
  events: AsyncIterator<ModelEvent>;
  controller: AbortController;
};

/** Yields the events of a prefetched call, which `signal` aborts from now on. */
async function* taken({ first, events, controller }: Call, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const stop = () => controller.abort();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  try {
    for (let next = await first; !next.done; next = await events.next()) yield next.value;
  } finally {
    signal.removeEventListener("abort", stop);
    leave(events);
  }
}

/** Closes a stream without waiting for it, because nothing uses its result. */
const leave = (events: AsyncIterator<ModelEvent>): void => void events.return?.().catch(() => undefined);
