import type { FileEntry } from "../../contract/index.ts";
import { noUsage } from "../../contract/index.ts";
import type { ModelEvent, ModelPort } from "../model/port.ts";
import { systemPrompt } from "../system-prompt.ts";
import { toolsFor } from "../tools/index.ts";
import { digestOf, historyRoomOf, splitHistory } from "./history.ts";
import type { RunAgentInput } from "./loop-state.ts";
import { requestOf } from "./request.ts";

/** What a run's first request is made of. */
type FirstTask = Pick<RunAgentInput, "agent" | "mode" | "prompt" | "history" | "project" | "budget"> & {
  revision: number;
  files: FileEntry[];
};

/** A run's first call of the model, made before the run begins. Nothing of it is shown or kept before the loop asks for it. */
export type PrefetchedCompletion = {
  /** Resolves when the request has been handed to the network, or will not be. */
  sent: Promise<void>;
  /** The model: it answers by this call where it is asked for the very same first, and by one of its own otherwise. */
  model: ModelPort;
  /** Aborts the call unless the loop has asked for it. */
  abort(): void;
};

/**
 * Calls the model as the loop will first. Null where the loop has something to do before: to sum up an earlier
 * conversation, or to end for want of money.
 * @param open gives the model, which calls `onRequest` when a request is handed to the network
 */
export function prefetchCompletion(
  task: FirstTask,
  open: (onRequest: () => void) => ModelPort,
): PrefetchedCompletion | null {
  const { promise: sent, resolve } = Promise.withResolvers<void>();
  const model = open(resolve);
  const { agent, mode, history, project, revision, files } = task;
  if (digestOf(splitHistory(history, historyRoomOf(model.modelId(agent.model))).older) !== "") return null;
  const tools = toolsFor(agent.tools, mode);
  const system = systemPrompt({ agent, mode, project: { ...project, revision, files } });
  const prepared = requestOf({ ...task, model, tools, system, images: [], earlier: null, trim: 0 }, [], noUsage);
  if ("exceeded" in prepared) return null;
  const { request } = prepared;
  const controller = new AbortController();
  const events = model.stream(request, controller.signal)[Symbol.asyncIterator]();
  const first = events.next();
  // It may fail before there is a request.
  void first.finally(resolve).catch(() => undefined);
  let isOpen = true;
  function abort(): void {
    if (!isOpen) return;
    isOpen = false;
    controller.abort();
    leave(events);
  }
  return {
    sent,
    abort,
    model: {
      modelId: model.modelId,
      priceOf: model.priceOf,
      stream(asked, signal) {
        if (isOpen && JSON.stringify(asked) === JSON.stringify(request)) {
          isOpen = false;
          return taken({ first, events, controller }, signal);
        }
        abort();
        return model.stream(asked, signal);
      },
    },
  };
}

type Call = {
  first: Promise<IteratorResult<ModelEvent>>;
  events: AsyncIterator<ModelEvent>;
  controller: AbortController;
};

/** The events of a call that was made before, which from now on ends when `signal` says so. */
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

/** Nobody is left to hear how they end. */
const leave = (events: AsyncIterator<ModelEvent>): void => void events.return?.().catch(() => undefined);
