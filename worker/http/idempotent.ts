import { createHash } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Config } from "../config/index.ts";
import { idFrom } from "../contract/index.ts";
import { read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { KeyTaken } from "../runs/index.ts";
import { openSealed, seal } from "../webhooks/index.ts";
import type { AppEnv } from "./environment.ts";
import {
  answerStatement,
  holdKey,
  type Keyed,
  type KeyRow,
  passOnStatement,
  selectAnswer,
} from "./idempotency-store.ts";
import { identifyPresumed } from "./identify.ts";

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
  await next();
  await keep(c, keyed);
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
  await next();
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
});

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
      retryAfter: 1,
    });
  }
  keyed.isHeld = true;
  const at = row.createdAt.getTime();
  c.set("opId", idFrom("operation", at, sha256(`${userId}\n${key}\n${at}`)));
  return null;
}

/** The answer that a request with a key had before; null where there is none (yet). It may be asked by who may write nothing. */
export async function answerKept(c: Context<AppEnv>): Promise<Response | null> {
  const keyed = await keyedOf(c);
  const [row] = keyed ? await read(selectAnswer(c.get("database"), keyed)) : [];
  // The headers were written by us as an object of strings.
  return row ? replay(c, { ...row, headers: row.headers as Record<string, string> | null }, row.status ?? 200) : null;
}

/** The row of a key that the write itself takes, with the answer to it. */
export async function takenFor(
  config: Config,
  { userId, key, fingerprint, holder }: Keyed,
  answer: Pick<KeyTaken, "status" | "headers" | "body">,
): Promise<KeyTaken> {
  return { userId, key, fingerprint, holder, ...answer, body: await seal(config, answer.body) };
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

async function replay(c: Context<AppEnv>, row: KeyRow, status: number): Promise<Response> {
  const headers = new Headers(row.headers ?? {});
  headers.set("Idempotent-Replayed", "true");
  const body = row.body === null ? null : await openSealed(c.get("config"), row.body);
  return new Response(body === "" ? null : body, { status, headers });
}

async function keep(c: Context<AppEnv>, { userId, key, holder }: Keyed): Promise<void> {
  const held = { userId, key, holder };
  const database = c.get("database");
  const { status } = c.res;
  // It may have been done all the same. The row stays, since what the write is called comes from it.
  if (status >= 500 || status === 429 || status === 401) return void (await read(passOnStatement(database, held)));
  const stored = c.get("storedAnswer") ?? { status, body: await c.res.clone().text() };
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = c.get("storedAnswer") && name === "content-type" ? "application/json" : c.res.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const body = await seal(c.get("config"), stored.body);
  await read(answerStatement(database, { ...held, status: stored.status, headers, body }));
}
