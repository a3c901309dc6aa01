import { BaseAnthropic } from "@anthropic-ai/sdk";
import { Messages } from "@anthropic-ai/sdk/resources/messages";
import type { Config } from "../../config/index.ts";
import { AppError } from "../../errors.ts";
import { failureOf } from "./anthropic-failure.ts";
import { Hearing } from "./anthropic-hearing.ts";
import { paramsOf } from "./anthropic-request.ts";
import { watchIdle } from "./idle.ts";
import type { ModelEvent, ModelPort } from "./port.ts";

/** How long a server may be silent, pings included, before it is given up. A local one reads a long prompt for minutes. */
const silenceMs = { full: 90_000, modest: 300_000 };
const anthropicHost = "api.anthropic.com";

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
export function anthropicModel(config: Config["model"], options: Options = {}): ModelPort {
  const { apiKey, baseUrl, scripted, ids } = config;
  if (apiKey === null && baseUrl === null) {
    throw new AppError("model_not_configured", "No model is set. Set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL.");
  }
  // What others than Claude's own server need not know is sent only there (and to the stand-in, which checks it).
  const full = scripted || baseUrl === null || new URL(baseUrl).hostname === anthropicHost;
  const patience = options.idleMs ?? (full ? silenceMs.full : silenceMs.modest);
  // Not `new Anthropic`: that brings the rest of the API along, 50 kB of the compressed bundle that never run.
  const client = new BaseAnthropic({
    // A local server needs none, but the SDK wants one; passing it keeps the SDK from looking for others.
    apiKey: apiKey ?? "none",
    authToken: null,
    ...(baseUrl === null ? {} : { baseURL: baseUrl }),
    // The loop retries, so that every attempt shows in the run's events and can be cancelled.
    maxRetries: 0,
    logLevel: "off",
    // The SDK's own time-out is for the headers; for the rest there is the watch.
    timeout: patience,
    fetch: watchIdle((input, init) => {
      const answer = fetch(input, init);
      options.onRequest?.();
      return answer;
    }, patience),
  });
  const messages = new Messages(client);
  return {
    // The stand-in costs nothing, whatever model it is asked for.
    modelId: (tier) => (scripted ? "scripted" : ids[tier]),
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const hearing = new Hearing();
      try {
        const stream = await messages.create(paramsOf(request, ids[request.tier], full), { signal });
        for await (const event of stream) yield* hearing.hear(event);
        yield signal.aborted ? cancelled : hearing.end();
      } catch (error) {
        yield signal.aborted ? cancelled : { type: "failed", failure: failureOf(error) };
      }
    },
  };
}

const cancelled: ModelEvent = { type: "failed", failure: { kind: "cancelled", detail: "The run was cancelled." } };
