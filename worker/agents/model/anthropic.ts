import { BaseAnthropic } from "@anthropic-ai/sdk";
import { Messages } from "@anthropic-ai/sdk/resources/messages";
import { freePrice, tierPrice } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import { AppError } from "../../errors.ts";
import { beginSpan, log } from "../../monitoring/index.ts";
import { failureOf, type ServerFailure } from "./anthropic-failure.ts";
import { paramsOf } from "./anthropic-request.ts";
import { StreamDecoder } from "./anthropic-stream-decoder.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import { WatchedBody, withIdleTimeout } from "./idle-timeout.ts";
import type { ModelEvent, ModelFailure, ModelPort, ModelRequest } from "./port.ts";
import { noTokens } from "./server-usage.ts";
import { streamEvents } from "./stream-events.ts";

/**
 * Idle timeout: how long a server may send no content, pings or not. Servers other than Claude's may read a prompt for
 * minutes.
 */
const silenceMs = { claude: 90_000, other: 300_000 };
/** Factor of the timeout during a thought, which may not be streamed while it grows. */
const thoughtFactor = 4;
/** How long to wait for the rest of an answer once its stop reason has arrived. */
const stopMs = 5_000;
/** How long to keep reading a connection whose answer has ended, so that it can be reused. */
const drainMs = 1_000;
const maxMessageLength = 600;

type Options = {
  /** The idle timeout, in milliseconds. */
  idleMs?: number;
  /** Called whenever a request is passed to `fetch`, with the characters of its body. */
  onRequest?: (characters: number) => void;
};

/**
 * Returns the model behind the Messages API: Claude, or whatever implements it at `baseUrl`.
 * @throws AppError `model_not_configured` when there is neither a key nor a URL
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
    // The scripted model is free, whatever model is requested.
    modelId: (tier) => (scripted ? "scripted" : ids[tier]),
    priceOf: (tier) => (scripted ? freePrice : tierPrice(config.model, tier).at),
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const hearing = new StreamDecoder(callIdsOf(request));
      const end = beginSpan("model", () => ids[request.tier]);
      const { headers } = end;
      const send = (abort: AbortSignal) =>
        messages
          .create(paramsOf(request, ids[request.tier], endpoint.isClaude), { signal: abort, headers })
          .asResponse();
      try {
        for await (const event of listen(send, hearing, { signal, patience })) {
          if (event.type === "failed") end(signal.aborted);
          if (event.type !== "failed") yield event;
          else if (signal.aborted) yield cancelled;
          else yield { type: "failed", failure: reported(event.failure, config, ids[request.tier]) };
        }
      } finally {
        end(true);
      }
    },
  };
}

const cancelled: ModelEvent = { type: "failed", failure: { kind: "cancelled", detail: "The run was cancelled." } };

function clientFor(endpoint: Endpoint, apiKey: string | null, patience: number, options: Options): BaseAnthropic {
  // `new Anthropic` would bundle the rest of the API, 50 kB compressed that never run.
  return new BaseAnthropic({
    // A local server needs no key, but the SDK requires one; setting it keeps the SDK from reading environment
    // variables.
    apiKey: apiKey ?? "none",
    authToken: null,
    ...(endpoint.baseUrl === null ? {} : { baseURL: endpoint.baseUrl }),
    defaultHeaders: endpoint.headers,
    defaultQuery: endpoint.query,
    // The loop retries, so that every attempt appears in the run's events and can be cancelled.
    maxRetries: 0,
    logLevel: "off",
    // The SDK's timeout covers the response headers alone; the idle timeout covers the body.
    timeout: patience,
    fetch: withIdleTimeout((input, init) => {
      // Following a redirect would send the key and the conversation to a host that the server chooses.
      const response = fetch(input, { ...init, redirect: "manual" });
      options.onRequest?.(typeof init?.body === "string" ? init.body.length : 0);
      return response;
    }, patience),
  });
}

type Heard = Exclude<ModelEvent, { type: "failed" }> | { type: "failed"; failure: ServerFailure };
type Listening = { signal: AbortSignal; patience: number };

/** Sends a request and yields the events of its answer. A failure is the last event. */
async function* listen(
  send: (abort: AbortSignal) => Promise<Response>,
  hearing: StreamDecoder,
  { signal, patience }: Listening,
): AsyncGenerator<Heard> {
  // Each request has its own controller, because listeners would accumulate on the run's signal.
  const abort = new AbortController();
  const stop = () => abort.abort();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  try {
    const response = await send(abort.signal);
    // The server has accepted the request, so it is charged from here on.
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

/** Reads an answer until its end is decoded, even when the connection fails afterwards. */
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
  // The prompt has been read at this stage, which is the slow part of a local server.
  const between = hasContent ? Math.min(patience, silenceMs.claude) : patience;
  return isThinking ? between * thoughtFactor : between;
}

/** Returns the ids of the calls in a conversation. */
const callIdsOf = ({ messages }: ModelRequest): string[] =>
  messages.flatMap(({ content }) => content.flatMap((block) => (block.type === "tool_use" ? [block.id] : [])));

/**
 * Logs the server's own message for the operator, with secrets redacted.
 * @returns the failure without it
 */
function reported(
  failure: ServerFailure,
  { model, logLevel }: Pick<Config, "model" | "logLevel">,
  modelId: string,
): ModelFailure {
  const { serverMessage, status, ...shareable } = failure;
  const secrets = [model.apiKey, ...Object.values(model.headers)].filter((value) => value !== null && value.length > 3);
  const clean = secrets.reduce<string>(
    (text, secret) => text.replaceAll(secret ?? "", "[redacted]"),
    serverMessage ?? "",
  );
  const host = model.baseUrl === null ? null : new URL(model.baseUrl).host;
  log(logLevel, "warn", {
    event: "model.failed",
    kind: shareable.kind,
    detail: shareable.detail,
    status,
    model: modelId,
    host,
    said: clean.slice(0, maxMessageLength),
  });
  return shareable;
}
