import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { ApiError } from "./anthropic/api-error.ts";
import type { StreamEvent } from "./anthropic/events.ts";
import type { Fault } from "./faults.ts";

export type Pace = { delayMs: number; paceMs: number };

/**
 * Yields events at a pace, applying the fault.
 * @throws ApiError when the fault ends the stream in an `error` event
 */
async function* paced(
  events: Iterable<StreamEvent>,
  pace: Pace,
  fault: Fault | undefined,
  gone: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const limit = fault?.kind === "error_event" ? (fault.afterDeltas ?? 3) : Number.POSITIVE_INFINITY;
  const startedAt = performance.now();
  let deltas = 0;
  for (const event of events) {
    if (event.type === "content_block_delta") {
      if (deltas >= limit) throw brokenStream(fault);
      // Scheduled against the clock instead of by consecutive sleeps, so that the rate per second is exact.
      const due = startedAt + pace.delayMs + deltas * pace.paceMs - performance.now();
      if (due > 1) await pauseUnless(gone, due);
      if (gone.aborted) return;
      deltas++;
    }
    if (event.type === "message_delta" && Number.isFinite(limit)) throw brokenStream(fault);
    yield event;
  }
}

/** Sleeps until the time is over or the client disconnects: a pending timer would keep the process alive. */
async function pauseUnless(gone: AbortSignal, ms: number): Promise<void> {
  try {
    await pause(ms, undefined, { signal: gone });
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

const brokenStream = (fault: Fault | undefined): ApiError => {
  const type = fault?.kind === "error_event" ? (fault.type ?? "overloaded_error") : "api_error";
  return new ApiError(type, type === "overloaded_error" ? "Overloaded" : "Internal server error");
};

const frame = (event: { type: string }): Buffer =>
  Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

/** Resolves when the socket accepts more data or the client disconnects. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });

async function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (!response.write(bytes) && !response.destroyed) await drained(response);
}

/** Streams a turn's events to the client at a pace and applies the fault. Stops when the client disconnects. */
export async function sendStream(
  response: ServerResponse,
  events: Iterable<StreamEvent>,
  { pace, fault, requestId, onDelta }: { pace: Pace; fault: Fault | undefined; requestId: string; onDelta: () => void },
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let left = fault?.kind === "cut" ? fault.atByte : Number.POSITIVE_INFINITY;
  try {
    for await (const event of paced(events, pace, fault, gone.signal)) {
      if (response.destroyed) return;
      if (event.type === "content_block_delta") onDelta();
      const bytes = frame(event);
      if (bytes.length >= left) {
        await write(response, bytes.subarray(0, left));
        // Let the bytes arrive before the connection breaks.
        setTimeout(() => response.destroy(), 5);
        return;
      }
      left -= bytes.length;
      await write(response, bytes);
      if (fault?.kind === "hang") return;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await write(response, frame(error.body(requestId)));
  }
  response.end();
}
