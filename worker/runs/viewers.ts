import { isTerminal } from "../contract/index.ts";
import type { Bell } from "./bell.ts";
import { eventsAfter, type StoredEvent } from "./event-log.ts";

const heartbeatMs = 15_000;
const pageOfFrames = 200;
const encoder = new TextEncoder();

/** Who watches which run, so that one nobody watches can be ended where it was started with `onDisconnect: "cancel"`. */
export class Viewers {
  readonly #storage: DurableObjectStorage;
  readonly #bell: Bell;
  readonly #watching = new Map<string, number>();
  readonly #lastSeen = new Map<string, number>();

  constructor(storage: DurableObjectStorage, bell: Bell) {
    this.#storage = storage;
    this.#bell = bell;
  }

  /** Milliseconds since somebody last watched or read; 0 while somebody watches. */
  unwatchedFor(runId: string, now: number): number {
    if ((this.#watching.get(runId) ?? 0) > 0) return 0;
    const since = this.#lastSeen.get(runId) ?? now;
    this.#lastSeen.set(runId, since);
    return now - since;
  }

  seen(runId: string): void {
    this.#lastSeen.set(runId, Date.now());
  }

  /**
   * A run's events after `after` as Server-Sent Events, live until the terminal one. The stream is pulled: what a slow
   * reader has not taken stays in the log, not in memory. What it holds is released when the reader goes.
   */
  stream(runId: string, after: number): ReadableStream<Uint8Array> {
    const gone = new AbortController();
    let cursor = after;
    let isFirst = true;
    this.#watching.set(runId, (this.#watching.get(runId) ?? 0) + 1);
    const leave = () => {
      if (gone.signal.aborted) return;
      gone.abort();
      this.#watching.set(runId, (this.#watching.get(runId) ?? 1) - 1);
      this.seen(runId);
    };
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          if (isFirst) {
            isFirst = false;
            controller.enqueue(encoder.encode("retry: 2000\n\n"));
            return;
          }
          const events = await this.#next(runId, cursor, gone.signal);
          if (gone.signal.aborted) return;
          cursor = events.at(-1)?.seq ?? cursor;
          controller.enqueue(encoder.encode(events.length > 0 ? events.map(frameOf).join("") : ": still here\n\n"));
          if (events.some(({ type }) => isTerminal(type))) {
            leave();
            controller.close();
          }
        },
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
  }

  async #next(runId: string, after: number, gone: AbortSignal): Promise<StoredEvent[]> {
    const { sql } = this.#storage;
    if (eventsAfter(sql, runId, after, 1).length === 0) await this.#bell.wait(runId, heartbeatMs, gone);
    const events = eventsAfter(sql, runId, after, pageOfFrames);
    // A reply waits for its writes to be durable, a chunk of a stream does not: nothing is shown that a crash takes back.
    if (events.length > 0) await this.#storage.sync();
    return events;
  }
}

export const frameOf = ({ seq, type, data }: StoredEvent): string => `id: ${seq}\nevent: ${type}\ndata: ${data}\n\n`;
