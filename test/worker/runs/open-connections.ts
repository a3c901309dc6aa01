import { env } from "cloudflare:test";
import type { Caller } from "../stage/client.ts";

// The connections of a caller: a live feed, a run's stream, a visit of a preview.

export const withinMs = 5_000;
const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");

/** Rejects when an expected promise does not settle in time. */
export const inTime = <T>(coming: Promise<T>): Promise<T> =>
  Promise.race([
    coming,
    scheduler.wait(withinMs).then(() => Promise.reject(new Error(`nothing within ${withinMs} ms`))),
  ]);

export async function liveFeed(caller: Caller, projectId: string) {
  const { webSocket, status } = await caller.request(`/v1/projects/${projectId}/live`, {
    headers: { Upgrade: "websocket" },
  });
  if (!webSocket) throw new Error(`no live feed: ${status}`);
  let isOpen = true;
  const closed = new Promise<number>((resolve) => {
    webSocket.addEventListener("close", ({ code }) => {
      isOpen = false;
      resolve(code);
    });
  });
  webSocket.accept();
  return { closed, isOpen: () => isOpen, close: () => webSocket.close(1000) };
}

/** Opens the stream of a run that takes minutes, by starting it or, with `again`, by its id. */
export async function stream(caller: Caller, projectId: string) {
  const headers = { Accept: "text/event-stream" };
  const body = { prompt: "[[stream 20000 deltas at 20 ms]]", agent: "fullstack" };
  const started = await caller.request(`/v1/projects/${projectId}/runs`, { body, headers });
  const runId = started.headers.get("Location")?.split("/").at(-1) ?? "";
  return { runId, ended: toEnd(started), again: (as: Caller) => as.request(`/v1/runs/${runId}/events`, { headers }) };
}

export async function toEnd(answer: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of answer.body ?? []) bytes += chunk.length;
  return bytes;
}

/** Opens a preview's link, and returns a function for the status that its cookie gets. */
export async function openPreview(link: string): Promise<() => Promise<number>> {
  const entered = await door.fetch(link, { redirect: "manual" });
  const Cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return async () => (await door.fetch(new URL("/", link).href, { headers: { Cookie } })).status;
}
