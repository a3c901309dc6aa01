import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { PoolClient } from "pg";
import { execute, MAX_BYTES, type StatementResult } from "./neon/execute.ts";
import { type Faults, InjectedFault } from "./neon/faults.ts";
import { createPools } from "./neon/pools.ts";
import { errorBody, Refusal } from "./neon/refusal.ts";
import { parseRequest, type SqlRequest } from "./neon/request.ts";

export type { Fault, FaultKind, FaultPoint, Faults, Mutation } from "./neon/faults.ts";

/** Counts since the start, or since a test reset them to 0. */
export type GatewayCounters = {
  requests: number;
  batches: number;
  statements: number;
  bytesIn: number;
  faults: number;
};

export type GatewayOptions = {
  /** Any database of the server to connect to. The client's own connection string names its user and database. */
  connectionString: string;
  port?: number | undefined;
  faults?: Partial<Faults> | undefined;
  maxConnectionsPerDatabase?: number | undefined;
};

export type NeonGateway = {
  /** The full URL, `/sql` included: the driver's `fetchEndpoint`. */
  url: string;
  port: number;
  counters: GatewayCounters;
  faults: Faults;
  close(): Promise<void>;
};

/**
 * Serves Neon's SQL over HTTP in front of any PostgreSQL (README.md, "The gateway"), on loopback.
 * @throws Error when the port is taken
 */
export async function startNeonGateway(options: GatewayOptions): Promise<NeonGateway> {
  const pools = createPools(options.connectionString, options.maxConnectionsPerDatabase ?? 20);
  const faults: Faults = { delayMs: 0, list: [], ...options.faults };
  const counters: GatewayCounters = { requests: 0, batches: 0, statements: 0, bytesIn: 0, faults: 0 };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      if (incoming.method !== "POST" || incoming.url !== "/sql") throw new Refusal(404, "not found");
      counters.requests += 1;
      const body = await readBody(incoming);
      counters.bytesIn += Buffer.byteLength(body);
      if (faults.delayMs > 0) await sleep(faults.delayMs);
      const request = parseRequest(incoming.headers, body);
      counters.statements += request.statements.length;
      if (request.begin !== undefined) counters.batches += 1;
      const results = await withConnection(request);
      sendJson(outgoing, 200, request.begin === undefined ? results[0] : { results });
    } catch (error) {
      if (error instanceof InjectedFault) counters.faults += 1;
      sendFailure(outgoing, error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function withConnection(request: SqlRequest): Promise<StatementResult[]> {
    const client: PoolClient = await pools.connect(request.connectionString);
    try {
      const results = await execute(client, request, faults);
      client.release();
      return results;
    } catch (error) {
      await abandon(client, request, error);
      throw error;
    }
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  server.keepAliveTimeout = 120_000; // Longer than a client keeps an idle connection, so that the server never closes one in use.
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the gateway has no port");
  return {
    url: `http://127.0.0.1:${address.port}/sql`,
    port: address.port,
    counters,
    faults,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await pools.close();
    },
  };
}

/**
 * Rolls back and keeps the connection after a database error. Closes it after any other failure, which rolls back too.
 */
async function abandon(client: PoolClient, request: SqlRequest, error: unknown): Promise<void> {
  if (error instanceof InjectedFault || request.begin === undefined) {
    client.release(error instanceof InjectedFault);
    return;
  }
  try {
    await client.query("ROLLBACK");
    client.release();
  } catch {
    client.release(true); // The connection is lost, and its transaction with it.
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= MAX_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BYTES) throw new Refusal(413, `request is too large (max is ${MAX_BYTES} bytes)`);
  return Buffer.concat(chunks).toString("utf8");
}

function sendFailure(outgoing: ServerResponse, error: Error): void {
  if (!(error instanceof InjectedFault)) {
    const status = error instanceof Refusal ? error.status : 400;
    const body = error instanceof Refusal ? { message: error.message } : errorBody(error);
    sendJson(outgoing, status, body);
  } else if (error.kind === "drop") outgoing.destroy();
  else if (error.kind === "lost-answer") sendJson(outgoing, 400, errorBody(error));
  else sendJson(outgoing, 503, { message: error.message });
}

function sendJson(outgoing: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}
