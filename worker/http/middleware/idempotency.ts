import { createHash } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Config } from "../../config/index.ts";
import { idFrom } from "../../contract/index.ts";
import { decrypt, encrypt } from "../../crypto/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import type { ClaimedKey } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import {
  acquireKey,
  type IdempotencyState,
  type KeyRow,
  leaseMs,
  releaseLeaseStatement,
  renewIntervalMs,
  renewLeaseStatement,
  selectStoredResponse,
  storeResponseStatement,
} from "./idempotency-store.ts";

/** The maximum delay of a renewal that is still expected to arrive. */
const renewSlackMs = 1_000;

/** The headers that are stored with a response; all others belong to one request. */
const storedHeaders = ["content-type", "location", "etag"];

/**
 * Replays the stored response of a write whose Idempotency-Key was used before. Stores responses encrypted, since a
 * response can contain a token that is stored nowhere else.
 */
export const idempotency = createMiddleware<AppEnv>(async (c, next) => {
  const state = await idempotencyOf(c);
  if (state === null) return next();
  const before = await replayOrAcquire(c, state);
  if (before) return before;
  try {
    await next();
    await settleKey(c, state, c.res);
  } finally {
    state.stopRenewing?.();
  }
});

/**
 * Replays the stored response of a key, or acquires the key's lease and sets the write's operation id.
 * @returns the stored response of a used key; null when this request holds the lease
 * @throws AppError `idempotency_key_reused`; `idempotency_in_flight` while another request holds the lease
 */
export async function replayOrAcquire(c: Context<AppEnv>, state: IdempotencyState): Promise<Response | null> {
  const { userId, key, fingerprint, holder } = state;
  const row = await acquireKey(c.get("database"), { userId, key, fingerprint, holder });
  if (row.fingerprint !== fingerprint) {
    throw new AppError("idempotency_key_reused", "This Idempotency-Key was already used for another request.");
  }
  if (row.status !== null) return replay(c, row, row.status);
  if (row.holder !== holder) {
    throw new AppError("idempotency_in_flight", "The first request with this Idempotency-Key is still running.", {
      retryAfter: retryAfterOf(row),
    });
  }
  state.stopRenewing = renewLease(c.get("database"), { userId, key, holder }, (error) =>
    c.get("reporter").capture(error, { requestId: c.get("requestId") }),
  );
  const at = row.createdAt.getTime();
  c.set("opId", idFrom("operation", at, sha256(`${userId}\n${key}\n${at}`)));
  return null;
}

/**
 * Estimates when a retry can succeed, in seconds. A holder that renews its lease may finish at any moment; a holder that
 * has missed a renewal has probably crashed, and its lease must end first.
 */
function retryAfterOf({ leaseLeftMs }: KeyRow): number {
  const isRenewed = leaseLeftMs > leaseMs - renewIntervalMs - renewSlackMs;
  return isRenewed ? 1 : Math.max(1, Math.ceil(leaseLeftMs / 1_000));
}

/**
 * Renews the lease of a key until the returned function is called.
 * @param onFailure receives the error of a failed renewal; a later renewal may succeed
 * @returns a function that stops the renewals
 */
export function renewLease(
  database: Database,
  held: Parameters<typeof renewLeaseStatement>[1],
  onFailure: (error: unknown) => void,
  everyMs = renewIntervalMs,
): () => void {
  const timer = setInterval(
    () => void executeIdempotent(renewLeaseStatement(database, held)).catch(onFailure),
    everyMs,
  );
  return () => clearInterval(timer);
}

/**
 * Finds the stored response of a key without acquiring its lease.
 * @returns the response; null when none is stored yet
 */
export async function findStoredResponse(c: Context<AppEnv>, state: IdempotencyState): Promise<Response | null> {
  const [row] = await executeIdempotent(selectStoredResponse(c.get("database"), state));
  // `storeResponseStatement` wrote the headers as an object of strings.
  return row ? replay(c, { ...row, headers: row.headers as Record<string, string> | null }, row.status ?? 200) : null;
}

/** @returns the row with which the INSERT of a run claims the key, with the response body encrypted */
export async function toKeyRow(
  config: Config,
  { userId, key, fingerprint, holder }: IdempotencyState,
  response: Pick<ClaimedKey, "status" | "headers" | "body">,
): Promise<ClaimedKey> {
  return { userId, key, fingerprint, holder, ...response, body: await encrypt(config, response.body) };
}

/**
 * Reads the Idempotency-Key of an authenticated write.
 * @returns the key's state; null without a key or an actor, and for GET and HEAD
 * @throws AppError `malformed_request`
 */
export async function idempotencyOf(c: Context<AppEnv>): Promise<IdempotencyState | null> {
  const actor = c.get("actor");
  if (actor === null || c.req.method === "GET" || c.req.method === "HEAD") return null;
  const key = keyIn(c);
  if (key === null) return null;
  const fingerprint = await fingerprintOf(c);
  return { userId: actor.ownerId, key, fingerprint, holder: crypto.randomUUID() };
}

/**
 * @returns the request's Idempotency-Key; null without one
 * @throws AppError `malformed_request`
 */
export function keyIn(c: Context<AppEnv>): string | null {
  const header = c.req.header("idempotency-key");
  if (header === undefined) return null;
  const key = /^"((?:[^"\\]|\\.)*)"$/.exec(header)?.[1] ?? header;
  if (key.length === 0 || key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
    throw new AppError("malformed_request", "An Idempotency-Key must have 1 to 255 printable ASCII characters.");
  }
  return key;
}

const sha256 = (text: string | Uint8Array): Buffer => createHash("sha256").update(text).digest();

async function fingerprintOf(c: Context<AppEnv>): Promise<string> {
  const body = new Uint8Array(await c.req.arrayBuffer());
  const { pathname, search } = new URL(c.req.url);
  return sha256(`${c.req.method}\n${pathname}${search}\n${sha256(body).toString("hex")}`).toString("hex");
}

async function replay(c: Context<AppEnv>, row: Pick<KeyRow, "headers" | "body">, status: number): Promise<Response> {
  const headers = new Headers(row.headers ?? {});
  headers.set("Idempotent-Replayed", "true");
  const body = row.body === null ? null : await decrypt(c.get("config"), row.body);
  return new Response(body === "" ? null : body, { status, headers });
}

/**
 * Stores the response of a write for its leased key, or releases the lease. 401, 429 and 5xx do not depend on the
 * request alone, so they are not stored. The row stays: the write may have happened, and its operation id is derived
 * from the row.
 * @param stored replaces the response's own body and content type in later replays
 */
export async function settleKey(
  c: Context<AppEnv>,
  { userId, key, holder }: IdempotencyState,
  response: Response,
  stored?: { contentType: string; body: string },
): Promise<void> {
  const lease = { userId, key, holder };
  const database = c.get("database");
  const { status } = response;
  if (status >= 500 || status === 429 || status === 401) {
    await executeIdempotent(releaseLeaseStatement(database, lease));
    return;
  }
  const headers = Object.fromEntries(
    storedHeaders.flatMap((name) => {
      const value = (name === "content-type" && stored?.contentType) || response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const body = await encrypt(c.get("config"), stored?.body ?? (await response.clone().text()));
  await executeIdempotent(storeResponseStatement(database, { ...lease, status, headers, body }));
}
