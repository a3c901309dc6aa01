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

/** A renewal that is this late is still on its way. */
const renewSlackMs = 1_000;

/** The headers that are stored with a response; the others belong to one request. */
const storedHeaders = ["content-type", "location", "etag"];

/**
 * Replays the stored response of a write whose Idempotency-Key was used before. Stored responses are encrypted, since one can
 * hold a token that nothing else stores.
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

/** @returns the stored response of a used key; null when this request acquired the key's lease and the write got its operation id */
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
 * A holder that renews its lease may be done at any moment. One that has missed that is presumably gone, and its key is free
 * when the lease ends.
 */
function retryAfterOf({ leaseLeftMs }: KeyRow): number {
  const isRenewed = leaseLeftMs > leaseMs - renewIntervalMs - renewSlackMs;
  return isRenewed ? 1 : Math.max(1, Math.ceil(leaseLeftMs / 1_000));
}

/** Renews the lease of a key until it is stopped. @param onFailure is told of a lease that was not renewed; the next may be */
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

/** @returns the stored response of a key without acquiring it; null when there is none (yet) */
export async function findStoredResponse(c: Context<AppEnv>, state: IdempotencyState): Promise<Response | null> {
  const [row] = await executeIdempotent(selectStoredResponse(c.get("database"), state));
  // The headers were written by us as an object of strings.
  return row ? replay(c, { ...row, headers: row.headers as Record<string, string> | null }, row.status ?? 200) : null;
}

/** @returns the row with which a write claims its key, with the encrypted response */
export async function toKeyRow(
  config: Config,
  { userId, key, fingerprint, holder }: IdempotencyState,
  answer: Pick<ClaimedKey, "status" | "headers" | "body">,
): Promise<ClaimedKey> {
  return { userId, key, fingerprint, holder, ...answer, body: await encrypt(config, answer.body) };
}

/**
 * @returns the Idempotency-Key of a caller's write; null without one
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

/** @returns the request's Idempotency-Key; null without one. @throws AppError `malformed_request` */
export function keyIn(c: Context<AppEnv>): string | null {
  const header = c.req.header("idempotency-key");
  if (header === undefined) return null;
  const key = /^"((?:[^"\\]|\\.)*)"$/.exec(header)?.[1] ?? header;
  if (key.length === 0 || key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
    throw new AppError("malformed_request", "An Idempotency-Key is 1 to 255 printable ASCII characters.");
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
 * Stores the response of a write for its leased key. 401, 429 and 5xx say nothing of the request itself, so the lease ends without
 * one. The row stays: the write may have happened all the same, and its operation id derives from the row.
 * @param stored what is replayed in place of the response's own body
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
