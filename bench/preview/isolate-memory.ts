// The memory of the preview Worker's isolate, read by V8's inspector: workerd does not report it to the isolate itself.
import { z } from "zod";

const EVERY_MS = 20;
/** The size above which a sample is repeated after a garbage collection, which an isolate near its limit would run too. */
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
      socket.onerror = () => reject(new Error("the inspector does not respond"));
    });
    return new IsolateMemory(socket);
  }

  /** Returns the bytes of heap and array buffers after a garbage collection. */
  async heldBytes(): Promise<number> {
    return this.#afterCollection();
  }

  /**
   * Runs some work, and returns the maximum bytes of the isolate meanwhile, and the maximum that a garbage collection left
   * alive.
   */
  async peakDuring(work: () => Promise<unknown>): Promise<{ most: number; alive: number }> {
    let isOver = false;
    const done = work().finally(() => {
      isOver = true;
    });
    // The failure is thrown after the last request to the inspector.
    done.catch(() => undefined);
    let most = 0;
    let alive = 0;
    while (!isOver) {
      const bytes = await this.#bytes();
      most = Math.max(most, bytes);
      const left = bytes > Math.max(alive, COLLECT_BYTES) ? await this.#afterCollection() : bytes;
      // A larger figure than before the collection includes new garbage.
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
    // An isolate that waits may not collect until it receives another request.
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
