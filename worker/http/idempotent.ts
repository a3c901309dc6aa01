import { createHash } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Config } from "../config/index.ts";
import { idFrom } from "../contract/index.ts";
import { decrypt, encrypt } from "../crypto/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { ClaimedKey } from "../runs/index.ts";
import type { AppEnv } from "./environment.ts";
import {
  answerStatement,
  holdKey,
  type Keyed,
  type KeyRow,
  leaseMs,
  passOnStatement,
  renewEveryMs,
  renewStatement,
  selectAnswer,
} from "./idempotency-store.ts";
import { identifyPresumed } from "./identify.ts";

/** A renewal that is this late is still on its way. */
const renewSlackMs = 1_000;

/** The response headers that are kept with an answer; the rest belong to the one request. */
const keptHeaders = ["content-type", "location", "etag"];

/**
 * Answers a write that was made before under the same Idempotency-Key with the answer it had. What is kept is sealed:
 * an answer can hold a token that nothing else stores.
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const keyed = await keyedOf(c);
  if (keyed === null) return next();
  const before = await answerBefore(c, keyed);
  if (before) return before;
  try {
    await next();
    await keep(c, keyed);
  } finally {
    keyed.stopRenewing?.();
  }
});

/**
 * The same for a write that can take the key itself, in the statement that makes it, as `c.get("keyed")` is then no longer
 * open. Where it does not, `answerBefore` comes before it does anything. What came to neither was refused or failed, and is
 * looked up and kept here: for a caller who is known for sure, and for nobody else.
 */
export const idempotentByWrite = createMiddleware<AppEnv>(async (c, next) => {
  const keyed = await keyedOf(c);
  if (keyed === null) return next();
  c.set("keyed", keyed);
  try {
    await next();
    await keepIfHeld(c, keyed);
  } finally {
    keyed.stopRenewing?.();
  }
});

async function keepIfHeld(c: Context<AppEnv>, keyed: Keyed): Promise<void> {
  // Where we failed before the key was looked up, nothing is known of it, and nothing is kept.
  if (keyed.isOpen && c.res.status < 500) {
    await identifyPresumed(c);
    if (c.get("actor")?.ownerId !== keyed.userId) return;
    const before = await answerBefore(c, keyed);
    if (before) {
      // Taken away first, since the headers of the answer there is would be added to those of the new one.
      c.res = undefined;
      c.res = before;
      c.set("problemCode", undefined);
    }
  }
  if (keyed.isHeld) await keep(c, keyed);
}

/** Of a request with a key: what it was answered before, if it was; otherwise the key is held, and the write has its name. */
export async function answerBefore(c: Context<AppEnv>, keyed: Keyed): Promise<Response | null> {
  const { userId, key, fingerprint, holder } = keyed;
  keyed.isOpen = false;
  const row = await holdKey(c.get("database"), { userId, key, fingerprint, holder });
  if (row.fingerprint !== fingerprint) {
    throw new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.");
  }
  if (row.status !== null) return replay(c, row, row.status);
  if (row.holder !== holder) {
    throw new AppError("idempotency_in_flight", "The first request with this Idempotency-Key is still running.", {
      retryAfter: retryAfterOf(row),
    });
  }
  keyed.isHeld = true;
  keyed.stopRenewing = renewing(c.get("database"), { userId, key, holder }, (error) =>
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
  const isRenewed = leaseLeftMs > leaseMs - renewEveryMs - renewSlackMs;
  return isRenewed ? 1 : Math.max(1, Math.ceil(leaseLeftMs / 1_000));
}

/** Renews the lease of a key until it is stopped. @param onFailure is told of a lease that was not renewed; the next may be */
export function renewing(
  database: Database,
  held: Parameters<typeof renewStatement>[1],
  onFailure: (error: unknown) => void,
  everyMs = renewEveryMs,
): () => void {
  const timer = setInterval(() => void executeIdempotent(renewStatement(database, held)).catch(onFailure), everyMs);
  return () => clearInterval(timer);
}

/** The answer that a request with a key had before; null where there is none (yet). It may be asked by who may write nothing. */
export async function answerKept(c: Context<AppEnv>): Promise<Response | null> {
  const keyed = await keyedOf(c);
  const [row] = keyed ? await executeIdempotent(selectAnswer(c.get("database"), keyed)) : [];
  // The headers were written by us as an object of strings.
  return row ? replay(c, { ...row, headers: row.headers as Record<string, string> | null }, row.status ?? 200) : null;
}

/** The row of a key that the write itself takes, with the answer to it. */
export async function takenFor(
  config: Config,
  { userId, key, fingerprint, holder }: Keyed,
  answer: Pick<ClaimedKey, "status" | "headers" | "body">,
): Promise<ClaimedKey> {
  return { userId, key, fingerprint, holder, ...answer, body: await encrypt(config, answer.body) };
}

async function keyedOf(c: Context<AppEnv>): Promise<Keyed | null> {
  const actor = c.get("actor");
  if (actor === null || c.req.method === "GET" || c.req.method === "HEAD") return null;
  const key = keyOf(c.req.header("idempotency-key"));
  if (key === null) return null;
  const fingerprint = await fingerprintOf(c);
  return { userId: actor.ownerId, key, fingerprint, holder: crypto.randomUUID(), isOpen: true, isHeld: false };
}

function keyOf(header: string | undefined): string | null {
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

async function keep(c: Context<AppEnv>, { userId, key, holder }: Keyed): Promise<void> {
  const held = { userId, key, holder };
  const database = c.get("database");
  const { status } = c.res;
  // It may have been done all the same. The row stays, since what the write is called comes from it.
  if (status >= 500 || status === 429 || status === 401)
    return void (await executeIdempotent(passOnStatement(database, held)));
  const stored = c.get("storedAnswer") ?? { status, body: await c.res.clone().text() };
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = c.get("storedAnswer") && name === "content-type" ? "application/json" : c.res.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const body = await encrypt(c.get("config"), stored.body);
  await executeIdempotent(answerStatement(database, { ...held, status: stored.status, headers, body }));
}
