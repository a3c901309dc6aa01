import { BaseAnthropic } from "@anthropic-ai/sdk";
import { Messages } from "@anthropic-ai/sdk/resources/messages";
import { freePrice, tierPrice } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import { AppError } from "../../errors.ts";
import { log } from "../../monitoring/index.ts";
import { failureOf, type ServerFailure } from "./anthropic-failure.ts";
import { paramsOf } from "./anthropic-request.ts";
import { StreamDecoder } from "./anthropic-stream-decoder.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import { WatchedBody, withIdleTimeout } from "./idle-timeout.ts";
import type { ModelEvent, ModelFailure, ModelPort, ModelRequest } from "./port.ts";
import { noTokens } from "./server-usage.ts";
import { streamEvents } from "./stream-events.ts";

/** How long a server may send no content before it is given up, pings or not. Others than Claude's may read a prompt for minutes. */
const silenceMs = { claude: 90_000, other: 300_000 };
/** A thought may not be shown while it grows. */
const thoughtFactor = 4;
/** Once its stop reason has come, the rest of an answer is waited for no longer than this. */
const stopMs = 5_000;
/** How long the connection of an answer that has ended is read on, for its end, so that it can be used again. */
const drainMs = 1_000;
const maxMessageLength = 600;

type Options = {
  /** The longest silence, in milliseconds. */
  idleMs?: number;
  /** Called whenever a request is handed to the network. */
  onRequest?: () => void;
};

/**
 * The model behind the Messages API: Claude, or whatever speaks it at `baseUrl`.
 * @throws AppError `model_not_configured` where there is neither a key nor an address
 */
export function anthropicModel(config: Pick<Config, "model" | "logLevel">, options: Options = {}): ModelPort {
  const { apiKey, baseUrl, scripted, ids } = config.model;
  if (apiKey === null && baseUrl === null) {
    throw new AppError("model_not_configured", "No model is configured. Set ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL.");
  }
  const endpoint = endpointOf(config.model);
  const patience = options.idleMs ?? (endpoint.isClaude ? silenceMs.claude : silenceMs.other);
  const messages = new Messages(clientFor(endpoint, apiKey, patience, options));
  return {
    // The stand-in costs nothing, whatever model it is asked for.
    modelId: (tier) => (scripted ? "scripted" : ids[tier]),
    priceOf: (tier) => (scripted ? freePrice : tierPrice(config.model, tier).at),
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const hearing = new StreamDecoder(callIdsOf(request));
      const send = (abort: AbortSignal) =>
        messages.create(paramsOf(request, ids[request.tier], endpoint.isClaude), { signal: abort }).asResponse();
      for await (const event of listen(send, hearing, { signal, patience })) {
        if (event.type !== "failed") yield event;
        else if (signal.aborted) yield cancelled;
        else yield { type: "failed", failure: reported(event.failure, config, ids[request.tier]) };
      }
    },
  };
}

const cancelled: ModelEvent = { type: "failed", failure: { kind: "cancelled", detail: "The run was cancelled." } };

function clientFor(endpoint: Endpoint, apiKey: string | null, patience: number, options: Options): BaseAnthropic {
  // Not `new Anthropic`: that brings the rest of the API along, 50 kB of the compressed bundle that never run.
  return new BaseAnthropic({
    // A local server needs none, but the SDK wants one; passing it keeps the SDK from looking for others.
    apiKey: apiKey ?? "none",
    authToken: null,
    ...(endpoint.baseUrl === null ? {} : { baseURL: endpoint.baseUrl }),
    defaultHeaders: endpoint.headers,
    defaultQuery: endpoint.query,
    // The loop retries, so that every attempt shows in the run's events and can be cancelled.
    maxRetries: 0,
    logLevel: "off",
    // The SDK's own time-out is for the headers; for the rest there is the watch.
    timeout: patience,
    fetch: withIdleTimeout((input, init) => {
      // A redirect would carry the key and the conversation to wherever the server likes.
      const answer = fetch(input, { ...init, redirect: "manual" });
      options.onRequest?.();
      return answer;
    }, patience),
  });
}

type Heard = Exclude<ModelEvent, { type: "failed" }> | { type: "failed"; failure: ServerFailure };
type Listening = { signal: AbortSignal; patience: number };

/** Sends a request and passes on its answer; what goes wrong is its last event. */
async function* listen(
  send: (abort: AbortSignal) => Promise<Response>,
  hearing: StreamDecoder,
  { signal, patience }: Listening,
): AsyncGenerator<Heard> {
  // One of its own for each request: listeners would pile up on a run's signal.
  const abort = new AbortController();
  const stop = () => abort.abort();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  try {
    const response = await send(abort.signal);
    // The server has taken the request: from here on it is paid for.
    yield { type: "usage", usage: noTokens };
    yield* read(response, hearing, patience);
    yield* hearing.end();
  } catch (error) {
    if (hearing.stage === "stopping") yield* hearing.end();
    else yield { type: "failed", failure: failureOf(error) };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Reads an answer until it has ended, by its own word and whatever the connection does then. */
async function* read(response: Response, hearing: StreamDecoder, patience: number): AsyncGenerator<ModelEvent> {
  const body = response.body instanceof WatchedBody ? response.body : null;
  for await (const event of streamEvents(response)) {
    const progressed = yield* hearing.push(event);
    if (hearing.stage === "ended") body?.complete(drainMs);
    if (hearing.stage === "ended" || hearing.stage === "failed") return;
    if (progressed) body?.touch(silenceAt(hearing, patience));
  }
}

function silenceAt({ stage, hasContent, isThinking }: StreamDecoder, patience: number): number {
  if (stage === "stopping") return Math.min(stopMs, patience);
  // The prompt has been read by then: what a local server takes long for is over.
  const between = hasContent ? Math.min(patience, silenceMs.claude) : patience;
  return isThinking ? between * thoughtFactor : between;
}

/** The ids of the calls that a conversation holds already. */
const callIdsOf = ({ messages }: ModelRequest): string[] =>
  messages.flatMap(({ content }) => content.flatMap((block) => (block.type === "tool_use" ? [block.id] : [])));

/** Writes what the server said to the operator's log; only our own sentence goes on from here. */
function reported(
  failure: ServerFailure,
  { model, logLevel }: Pick<Config, "model" | "logLevel">,
  modelId: string,
): ModelFailure {
  const { said, status, ...told } = failure;
  const secrets = [model.apiKey, ...Object.values(model.headers)].filter((one) => one !== null && one.length > 3);
  const clean = secrets.reduce<string>((text, secret) => text.replaceAll(secret ?? "", "[redacted]"), said ?? "");
  const host = model.baseUrl === null ? null : new URL(model.baseUrl).host;
  log(logLevel, "warn", {
    event: "model.failed",
    kind: told.kind,
    detail: told.detail,
    status,
    model: modelId,
    host,
    said: clean.slice(0, maxMessageLength),
  });
  return told;
}
