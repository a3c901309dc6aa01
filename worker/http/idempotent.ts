import { createHash } from "node:crypto";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { openSealed, seal } from "../webhooks/index.ts";
import type { AppEnv } from "./environment.ts";
import { answerStatement, holdKey, type KeyRow, passOnStatement, releaseStatement } from "./idempotency-store.ts";

/** The response headers that are kept with an answer; the rest belong to the one request. */
const keptHeaders = ["content-type", "location", "etag"];

/**
 * Answers a write that was made before under the same Idempotency-Key with the answer it had. What is kept is sealed:
 * an answer can hold a token that nothing else stores.
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = keyOf(c.req.header("idempotency-key"));
  const actor = c.get("actor");
  if (key === null || actor === null || c.req.method === "GET" || c.req.method === "HEAD") return next();
  const holder = crypto.randomUUID();
  const fingerprint = await fingerprintOf(c);
  const row = await holdKey(c.get("database"), { userId: actor.ownerId, key, fingerprint, holder });
  if (row.fingerprint !== fingerprint) {
    throw new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.");
  }
  if (row.status !== null) return replay(c, row, row.status);
  if (row.holder !== holder) {
    throw new AppError("idempotency_in_flight", "The first request with this Idempotency-Key is still running.", {
      retryAfter: 1,
    });
  }
  c.set("opId", `op_${hash(`${actor.ownerId}\n${key}\n${row.createdAt.getTime()}`).slice(0, 32)}`);
  await next();
  await keep(c, { userId: actor.ownerId, key, holder });
});

function keyOf(header: string | undefined): string | null {
  if (header === undefined) return null;
  const key = /^"((?:[^"\\]|\\.)*)"$/.exec(header)?.[1] ?? header;
  if (key.length === 0 || key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
    throw new AppError("malformed_request", "An Idempotency-Key is 1 to 255 printable ASCII characters.");
  }
  return key;
}

const hash = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

async function fingerprintOf(c: Context<AppEnv>): Promise<string> {
  const body = new Uint8Array(await c.req.arrayBuffer());
  return hash(`${c.req.method}\n${new URL(c.req.url).pathname}${new URL(c.req.url).search}\n${hash(body)}`);
}

async function replay(c: Context<AppEnv>, row: KeyRow, status: number): Promise<void> {
  const headers = new Headers(row.headers ?? {});
  headers.set("Idempotent-Replayed", "true");
  const body = row.body === null ? null : await openSealed(c.get("config"), row.body);
  c.res = new Response(body === "" ? null : body, { status, headers });
}

async function keep(c: Context<AppEnv>, held: { userId: string; key: string; holder: string }): Promise<void> {
  const database = c.get("database");
  const { status } = c.res;
  if (status === 429 || status === 401) return void (await read(releaseStatement(database, held)));
  // It may have been done all the same. The row stays, since what the write is called comes from it.
  if (status >= 500) return void (await read(passOnStatement(database, held)));
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
