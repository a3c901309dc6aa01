// What the preview Worker's isolate holds, as V8's inspector tells it: workerd gives an isolate no such figure of itself.
import { z } from "zod";

const EVERY_MS = 20;
/** Above so many bytes a sample is taken again after a collection of garbage, which an isolate near its limit would make as well. */
const COLLECT_BYTES = 32 * 2 ** 20;
const COLLECT_WITHIN_MS = 5_000;

const targets = z.array(z.object({ id: z.string(), webSocketDebuggerUrl: z.string() }));
const answer = z.object({ id: z.number(), result: z.record(z.string(), z.unknown()).optional() });
const usage = z.object({ usedSize: z.number(), backingStorageSize: z.number() });

/** Watches one isolate's heap and its array buffers. WebAssembly's memory is in neither. */
export class IsolateMemory {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result } = answer.parse(JSON.parse(String(data)));
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    };
  }

  /** @param worker name of the Worker whose isolate it is */
  static async connect(inspectorPort: number, worker: string): Promise<IsolateMemory> {
    const listed = targets.parse(await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json());
    const target = listed.find(({ id }) => id === `core:user:${worker}`);
    if (target === undefined) throw new Error(`the inspector knows no Worker "${worker}"`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("the inspector does not answer"));
    });
    return new IsolateMemory(socket);
  }

  /** Returns the bytes of heap and array buffers that are left after a collection of garbage. */
  async heldBytes(): Promise<number> {
    return this.#afterCollection();
  }

  /**
   * Does some work, and gives the most bytes that the isolate had meanwhile, and the most of them that were alive: that a collection of
   * garbage left.
   */
  async peakDuring(work: () => Promise<unknown>): Promise<{ most: number; alive: number }> {
    let isOver = false;
    const done = work().finally(() => {
      isOver = true;
    });
    // What it fails for is thrown once nothing is asked of the inspector any more.
    done.catch(() => undefined);
    let most = 0;
    let alive = 0;
    while (!isOver) {
      const bytes = await this.#bytes();
      most = Math.max(most, bytes);
      const left = bytes > Math.max(alive, COLLECT_BYTES) ? await this.#afterCollection() : bytes;
      // More than before the collection came meanwhile, with garbage of its own.
      alive = Math.max(alive, Math.min(bytes, left));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    await done;
    return { most, alive };
  }

  close(): void {
    this.#socket.close();
  }

  async #bytes(): Promise<number> {
    const { usedSize, backingStorageSize } = usage.parse(await this.#send("Runtime.getHeapUsage"));
    return usedSize + backingStorageSize;
  }

  async #afterCollection(): Promise<number> {
    // An isolate that waits for something may not collect until it is asked for something else.
    const late = new Promise((resolve) => setTimeout(resolve, COLLECT_WITHIN_MS));
    await Promise.race([this.#send("HeapProfiler.collectGarbage"), late]);
    return this.#bytes();
  }

  #send(method: string): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    const result = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method }));
    return result;
  }
}
