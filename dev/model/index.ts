import { createServer } from "node:http";
import { type Fault, FaultQueue } from "./faults.ts";
import { handle, type ModelEvent, type SeenRequest, type ServerState } from "./server.ts";

export type { Fault } from "./faults.ts";

export type ScriptedModel = {
  /** The value for ANTHROPIC_BASE_URL. */
  url: string;
  /** The last 1,000 requests, oldest first. */
  requests: SeenRequest[];
  /**
   * Subscribes to requests, deltas and aborted responses.
   * @returns a function that unsubscribes
   */
  listen(listener: (event: ModelEvent) => void): () => void;
  /** Queues faults for the next requests. */
  addFaults(...faults: Fault[]): void;
  /** Aborts open streams and stops the server. */
  close(): Promise<void>;
};

/**
 * Starts a stand-in for the Anthropic Messages API on 127.0.0.1.
 * @param options.port 0 (the default) picks a free port
 * @param options.chunkDelayMs milliseconds between the deltas of a stream: 0 by default, 4 to 10 resembles a model
 * @param options.faults faults of the first requests, in order
 * @throws Error when the port is taken
 */
export async function startScriptedModel(
  options: { port?: number; chunkDelayMs?: number; faults?: Fault[] } = {},
): Promise<ScriptedModel> {
  const state: ServerState = {
    chunkDelayMs: options.chunkDelayMs ?? 0,
    faults: new FaultQueue(),
    requests: [],
    listeners: new Set(),
  };
  state.faults.add(...(options.faults ?? []));
  const server = createServer((request, response) => void handle(request, response, state));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The scripted model has no TCP port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: state.requests,
    listen: (listener) => {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    addFaults: (...faults) => state.faults.add(...faults),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
