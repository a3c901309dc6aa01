import { setTimeout as pause } from "node:timers/promises";
import { newProject } from "../../test/stage/caller.ts";
import { framesOf } from "../../test/stage/stream-reader.ts";
import type { Stage } from "./stage.ts";

/** Pause between runs in milliseconds, so that the previous run's follow-up work, such as webhooks, is not measured. */
export const restMs = 50;
export const prompt = "[[stream 3 deltas at 0 ms]]";

/**
 * Measures the milliseconds from sending a prompt to its first delta: to the model directly and to Edgesmith,
 * alternately.
 */
export async function firstDelta(stage: Stage, rounds: number): Promise<{ direct: number[]; through: number[] }> {
  const direct: number[] = [];
  const through: number[] = [];
  const projectId = await newProject(stage.caller);
  for (let round = -5; round < rounds; round += 1) {
    await pause(restMs);
    const one = await toModel(stage);
    const other = await toEdgesmith(stage, projectId);
    // The first rounds warm up both.
    if (round < 0) continue;
    direct.push(one);
    through.push(other);
  }
  return { direct, through };
}

/** Returns the milliseconds from a direct request to the model to its first delta. */
export async function toModel({ stack }: Stage): Promise<number> {
  const from = performance.now();
  const answer = await fetch(`${stack.model?.url}/v1/messages`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "x-api-key": "scripted", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({
      model: "edgesmith-scripted",
      max_tokens: 1_000,
      stream: true,
      messages: [{ role: "user", content: prompt }],
    }),
  });
  if (!answer.ok || !answer.body) throw new Error(`model: ${answer.status} ${await answer.text()}`);
  let first = 0;
  let text = "";
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (first === 0 && text.includes("content_block_delta")) first = performance.now() - from;
  }
  return first;
}

/** Returns the milliseconds from starting a run over HTTP to its first delta. */
export async function toEdgesmith({ caller }: Stage, projectId: string): Promise<number> {
  const from = performance.now();
  const headers = { Accept: "text/event-stream" };
  const body = { prompt, agent: "fullstack" };
  const answer = await caller.request(`/v1/projects/${projectId}/runs`, { headers, body });
  if (answer.status !== 202 || !answer.body) throw new Error(`run: ${answer.status} ${await answer.text()}`);
  let first = 0;
  for await (const event of framesOf(answer.body)) {
    if (first === 0 && event.type === "text.delta") first = performance.now() - from;
  }
  return first;
}
