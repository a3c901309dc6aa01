import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, answer } from "./answer.ts";
import { ApiError, errorTypeOf } from "./anthropic/api-error.ts";
import { collect } from "./anthropic/collect.ts";
import { eventsOf, newId, type ResponseOptions } from "./anthropic/events.ts";
import { inputUsage } from "./anthropic/usage.ts";
import { parseRequest } from "./anthropic/validate.ts";
import { countTokensRequest, type MessagesRequest, messagesRequest } from "./anthropic/wire.ts";
import { promptFault, promptPace } from "./controls/prompt-faults.ts";
import { conversations } from "./conversations/index.ts";
import { type Fault, type FaultQueue, fault } from "./faults.ts";
import { sendStream } from "./send.ts";

/** A recorded request, for assertions in tests. */
export type SeenRequest = {
  at: string;
  requestId: string;
  /** Names and values as sent, without the credential. */
  headers: Record<string, string>;
  body: MessagesRequest;
  conversation: string;
  step: number;
  fault?: Fault;
};

/**
 * An event of a response, at the moment when it happens. `at` is by the clock of `performance.now()`, in milliseconds.
 */
export type ModelEvent = { kind: "requested" | "delta" | "aborted"; prompt: string; at: number };

export type ServerState = {
  chunkDelayMs: number;
  faults: FaultQueue;
  requests: SeenRequest[];
  /** Subscribers to the events of all responses. */
  listeners: Set<(event: ModelEvent) => void>;
};

const maxBodyBytes = 32 * 1024 * 1024;
const maxSeenRequests = 1_000;

const serviceInfo = () => ({
  service: "Edgesmith scripted model",
  scripted: true,
  description: "A stand-in for the Anthropic Messages API that answers from a script. No model is behind it.",
  prompts: conversations.map(({ name, example }) => ({ name, example })),
});

/** Handles one HTTP request. Sends every failure in the API's own error format. */
export async function handle(request: IncomingMessage, response: ServerResponse, state: ServerState): Promise<void> {
  const requestId = newId("req");
  response.setHeader("request-id", requestId);
  try {
    await route(request, response, state, requestId);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const known = error instanceof ApiError ? error : new ApiError("api_error", "Internal server error");
    if (!(error instanceof ApiError)) console.error("scripted model:", error);
    json(response, known.status, known.body(requestId));
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
  requestId: string,
): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  switch (`${request.method} ${path}`) {
    case "GET /":
      return json(response, 200, serviceInfo());
    case "GET /control/requests":
      return json(response, 200, { requests: state.requests });
    case "POST /control/faults":
      state.faults.add(...faultsIn(await readJson(request)));
      return json(response, 202, {});
    case "POST /v1/messages":
      checkHeaders(request);
      return await messages(request, response, state, requestId);
    case "POST /v1/messages/count_tokens": {
      checkHeaders(request);
      const usage = inputUsage(parseRequest(countTokensRequest, await readJson(request)));
      const total = usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens;
      return json(response, 200, { input_tokens: total });
    }
    default:
      throw new ApiError("not_found_error", "Not Found");
  }
}

function faultsIn(body: unknown): Fault[] {
  const parsed = fault.array().safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiError("invalid_request_error", parsed.error.message);
}

function checkHeaders({ headers }: IncomingMessage): void {
  const key = headers["x-api-key"] ?? headers.authorization?.replace(/^Bearer\s+/i, "");
  if (!key) throw new ApiError("authentication_error", "x-api-key header is required");
  if (!headers["anthropic-version"]) {
    throw new ApiError("invalid_request_error", "anthropic-version: header is required");
  }
  if (!headers["content-type"]?.includes("application/json")) {
    throw new ApiError("invalid_request_error", "content-type: must be application/json");
  }
}

async function messages(
  request: IncomingMessage,
  response: ServerResponse,
  state: ServerState,
  requestId: string,
): Promise<void> {
  const body = parseRequest(messagesRequest, await readJson(request));
  const chosen = answer(body);
  const fromPrompt = promptFault(chosen.prompt, chosen.step);
  const fault = state.faults.take(`${chosen.step} ${chosen.prompt}`, fromPrompt);
  recordRequest(state, {
    at: new Date().toISOString(),
    requestId,
    headers: headersOf(request),
    body,
    conversation: chosen.conversation,
    step: chosen.step,
    ...(fault ? { fault } : {}),
  });
  const notify = (kind: ModelEvent["kind"]) => {
    for (const listener of state.listeners) listener({ kind, prompt: chosen.prompt, at: performance.now() });
  };
  notify("requested");
  if (fault?.kind === "status") {
    if (fault.retryAfter !== undefined) response.setHeader("retry-after", String(fault.retryAfter));
    throw new StatusFault(fault.status);
  }
  if (fault?.kind === "context_overflow") {
    throw new ApiError("invalid_request_error", "prompt is too long: 214000 tokens > 200000 maximum");
  }
  const events = eventsOf(chosen.turn, responseOptionsOf(body, fault));
  if (!body.stream) return json(response, 200, collect(events));
  const pace = { delayMs: chosen.turn.delayMs ?? 0, paceMs: paceOf(chosen, state) };
  response.once("close", () => {
    if (!response.writableFinished) notify("aborted");
  });
  await sendStream(response, events, { pace, fault, requestId, onDelta: () => notify("delta") });
}

class StatusFault extends ApiError {
  readonly #status: number;

  constructor(status: number) {
    const type = errorTypeOf(status);
    super(type, type === "overloaded_error" ? "Overloaded" : `Failed on request with ${status} (scripted model)`);
    this.#status = status;
  }

  override get status(): number {
    return this.#status;
  }
}

const paceOf = ({ turn, prompt }: Answer, state: ServerState): number =>
  turn.paceMs ?? promptPace(prompt) ?? state.chunkDelayMs;

function responseOptionsOf(body: MessagesRequest, fault: Fault | undefined): ResponseOptions {
  const broken = breakageOf(fault);
  return {
    model: body.model,
    usage: inputUsage(body),
    maxTokens: body.max_tokens,
    eager: new Set(body.tools?.flatMap((tool) => (tool.eager_input_streaming ? [tool.name] : []))),
    ...(broken ? { broken } : {}),
  };
}

function breakageOf(fault: Fault | undefined): ResponseOptions["broken"] {
  switch (fault?.kind) {
    case "bad_tool_json":
    case "max_tokens":
    case "refusal":
    case "pause_turn":
      return fault.kind;
    default:
      return undefined;
  }
}

function recordRequest(state: ServerState, seen: SeenRequest): void {
  state.requests.push(seen);
  if (state.requests.length > maxSeenRequests) state.requests.shift();
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name === "x-api-key" || name === "authorization" || value === undefined ? [] : [[name, String(value)]],
    ),
  );

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new ApiError("request_too_large", "Request exceeds the maximum size");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new ApiError("invalid_request_error", "The request body is not valid JSON");
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
