import { env, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { type ModelEvent, type ModelPort, type ModelRequest, requestTokens } from "../../../worker/agents/index.ts";
import { freePrice } from "../../../worker/billing/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { CallMeter, usageOf } from "../../../worker/runs/executor/call-meter.ts";

const { SESSIONS } = env as unknown as Env;

const request: ModelRequest = {
  tier: "balanced",
  system: { stable: "You write apps.", own: "" },
  tools: [],
  messages: [{ role: "user", content: [{ type: "text", text: "A shop, please." }] }],
  maxTokens: 1_000,
};
const counted = { inputTokens: 900, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
const accepted: ModelEvent = { type: "usage", usage: counted, isFinal: false };
const text: ModelEvent = { type: "text", text: "Here it is." };
const refused: ModelEvent = { type: "failed", failure: { kind: "unavailable", detail: "There is no answer." } };

/** A model that answers with these events. */
const modelOf = (events: ModelEvent[]): ModelPort => ({
  modelId: () => "scripted",
  priceOf: () => freePrice,
  async *stream() {
    yield* events;
  },
});

/** Calls a model in a new Session, and reads the stored input tokens after each event; the first before any. */
async function storedDuring(events: ModelEvent[]): Promise<number[]> {
  const stub = SESSIONS.get(SESSIONS.newUniqueId());
  return runInDurableObject(stub, async (_, { storage }) => {
    const stored = () => usageOf(storage.sql, "run_1").inputTokens;
    const found: number[] = [];
    const model = modelOf(events);
    const observed: ModelPort = {
      ...model,
      async *stream(...call) {
        found.push(stored());
        yield* model.stream(...call);
      },
    };
    for await (const _event of new CallMeter(storage.sql, "run_1")
      .metered(observed)
      .stream(request, new AbortController().signal)) {
      found.push(stored());
    }
    return found;
  });
}

it("a call of a model is stored with its estimated prompt before the request is answered", async () => {
  const [before] = await storedDuring([accepted, text]);
  expect(before).toBe(requestTokens(request));
});

it("a call's reported prompt is stored together with the first content, not in a transaction before it", async () => {
  const estimate = requestTokens(request);
  expect(await storedDuring([accepted, text])).toEqual([estimate, estimate, counted.inputTokens]);
});

it("a call whose server did not accept the request is stored without usage", async () => {
  expect(await storedDuring([refused])).toEqual([requestTokens(request), 0]);
});

it("a call's reported prompt is stored when no content follows it", async () => {
  const stub = SESSIONS.get(SESSIONS.newUniqueId());
  await runInDurableObject(stub, async (_, { storage }) => {
    const silent = Promise.withResolvers<void>();
    const model: ModelPort = {
      ...modelOf([]),
      async *stream() {
        yield accepted;
        await silent.promise;
      },
    };
    const events = new CallMeter(storage.sql, "run_1").metered(model).stream(request, new AbortController().signal);
    const read = (async () => {
      for await (const _event of events);
    })();
    await expect.poll(() => usageOf(storage.sql, "run_1").inputTokens).toBe(counted.inputTokens);
    silent.resolve();
    await read;
  });
});
