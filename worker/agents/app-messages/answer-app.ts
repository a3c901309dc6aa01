import { priced, reserveForAppStatement, settleStatement } from "../../billing/index.ts";
import { type AppMessages, dayOf, newId, noUsage, type Usage } from "../../contract/index.ts";
import { commit } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { type AppAccount, type AppContext, appAccount } from "../../preview/index.ts";
import { budgetOutbox } from "../../webhooks/index.ts";
import { tokensIn } from "../model/estimate.ts";
import { type CallEnd, Meter } from "../model/meter.ts";
import type { ModelPort, TurnEnd } from "../model/port.ts";
import { begins, ends, fails, goesOn, messageOf } from "./message-events.ts";
import { type AppRequestForMessage, readRequest } from "./read-request.ts";

/** The agent under which the usage report counts the calls of apps. */
const agent = "app";
const deadlineMs = 120_000;

type Input = { projectId: string; input: unknown };
/** `model` throws an AppError when none is configured. */
type Means = { model: () => ModelPort; waitUntil(work: Promise<unknown>): void };
type Calling = { model: ModelPort; waitUntil(work: Promise<unknown>): void };
type Call = AppRequestForMessage & { reservationId: string; day: string; account: AppAccount; projectId: string };

/**
 * Answers an app's request for a model's message. Reserves the maximum cost in the daily budgets of the app and its owner
 * before the call, and settles it after the call, however it ends.
 * @returns the message, a stream of its events, or the reason for a refusal
 */
export async function answerApp(context: AppContext, means: Means, { projectId, input }: Input): Promise<AppMessages> {
  const read = readRequest(input);
  if (typeof read === "string") return { ok: false, code: "invalid_request", detail: read };
  try {
    const calling = { ...means, model: means.model() };
    const account = await appAccount(context, projectId);
    const reservationId = newId("operation");
    const call = { ...read, reservationId, day: dayOf(Date.now()), account, projectId };
    await reserve(context, calling.model, call);
    return read.isStreamed ? streamed(context, calling, call) : await whole(context, calling, call);
  } catch (error) {
    if (isAppError(error)) return { ok: false, code: error.code, detail: error.detail };
    throw error;
  }
}

async function reserve({ config, database }: AppContext, model: ModelPort, call: Call): Promise<void> {
  const { request, characters, account, reservationId: id, projectId, day } = call;
  // A text never has more tokens than UTF-16 units.
  const most = { ...noUsage, inputTokens: characters, outputTokens: request.maxTokens };
  const { microUsd } = priced(most, model.priceOf(request.tier));
  const { ownerId, plan } = account;
  const reservation = { id, ownerId, projectId, day, microUsd, agent, model: model.modelId(request.tier) };
  const ceilings = {
    planMicroUsd: plan.dailyMicroUsd,
    platformMicroUsd: config.platformDailyMicroUsd,
    appMicroUsd: plan.appMicroUsd,
  };
  const statements = [reserveForAppStatement(database, reservation, ceilings)];
  await commit(database, { opId: newId("operation"), kind: "app.message.begun", statements });
}

async function settle({ database }: AppContext, model: ModelPort, call: Call, usage: Usage): Promise<void> {
  const { reservationId, account, day, request } = call;
  const { ownerId, plan } = account;
  await commit(database, {
    opId: newId("operation"),
    kind: "app.message",
    statements: [
      settleStatement(database, reservationId, { day, agent, model: model.modelId(request.tier), usage }),
      budgetOutbox(database, { ownerId, day, planMicroUsd: plan.dailyMicroUsd }),
    ],
  });
}

type Heard = { end: CallEnd; stop: TurnEnd; detail: string; usage: Usage };

/** Calls the model, forwards its text, and settles the cost. */
async function hear(
  context: AppContext,
  model: ModelPort,
  call: Call,
  { say, signal }: { say: (text: string) => void; signal: AbortSignal },
): Promise<Heard> {
  const { request, characters } = call;
  const meter = new Meter(request, Math.max(tokensIn(JSON.stringify(request.messages)), Math.ceil(characters / 8)));
  const heard: Heard = { end: "broken", stop: "end_turn", detail: "The model's response was cut off.", usage: noUsage };
  try {
    for await (const event of model.stream(request, signal)) {
      meter.hear(event);
      if (event.type === "text") say(event.text);
      if (event.type === "failed") heard.detail = event.failure.detail;
      if (event.type !== "done") continue;
      heard.end = "whole";
      heard.stop = event.stopReason;
    }
  } finally {
    if (signal.aborted) heard.end = "cancelled";
    heard.usage = priced(meter.usage(heard.end), model.priceOf(request.tier));
    await settle(context, model, call, heard.usage);
  }
  return heard;
}

async function whole(context: AppContext, { model }: Calling, call: Call): Promise<AppMessages> {
  let text = "";
  const say = (part: string) => {
    text += part;
  };
  const { end, stop, detail, usage } = await hear(context, model, call, {
    say,
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (end !== "whole") return { ok: false, code: "model_failed", detail };
  const begun = { id: call.reservationId, model: call.request.tier };
  return { ok: true, message: messageOf(begun, text, stop, usage) };
}

/** Streams the message; a reader that disconnects aborts the model call. */
function streamed(context: AppContext, { model, waitUntil }: Calling, call: Call): AppMessages {
  const gone = new AbortController();
  const { promise: begun, resolve: begin } = Promise.withResolvers<ReadableByteStreamController>();
  const stream = new ReadableStream({ type: "bytes", start: begin, cancel: () => gone.abort() });
  const pump = async () => {
    const controller = await begun;
    const write = (text: string) => {
      if (!gone.signal.aborted) controller.enqueue(new TextEncoder().encode(text));
    };
    write(begins({ id: call.reservationId, model: call.request.tier }));
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(deadlineMs)]);
    const { end, stop, detail, usage } = await hear(context, model, call, {
      say: (text) => write(goesOn(text)),
      signal,
    });
    write(end === "whole" ? ends(stop, usage) : fails(detail));
    if (!gone.signal.aborted) controller.close();
  };
  waitUntil(pump());
  return { ok: true, stream };
}
