// Code that runs in the isolate of a project's stores: one KV namespace, a facet with its own SQLite.

/** The bytes of a part: below the 2 MB limit of a row. */
const PART_BYTES = 1_500_000;

/** The maximum bytes that one call for several keys returns. */
const MAX_MANY_BYTES = 25 * 1024 * 1024;

/** The module's source. It exports the class `KvNamespace`, which throws the errors of Cloudflare's service. */
export const KV_NAMESPACE = String.raw`import { DurableObject } from "cloudflare:workers";
import { limitStorage } from "./storage-limit.js";
import { answer } from "./store-call.js";

const encoder = new TextEncoder();
const lengthOf = (text) => encoder.encode(text).length;
const refused = (operation, status, detail) => new Error("KV " + operation + " failed: " + status + " " + detail);
const now = () => Math.floor(Date.now() / 1_000);

export class KvNamespace extends DurableObject {
  #sql;
  constructor(ctx, env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS entry (name TEXT PRIMARY KEY, expiration INTEGER, metadata TEXT, bytes INTEGER NOT NULL) WITHOUT ROWID");
    this.#sql.exec("CREATE TABLE IF NOT EXISTS part (name TEXT, number INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (name, number))");
    this.#sql.exec("CREATE INDEX IF NOT EXISTS by_expiration ON entry (expiration) WHERE expiration IS NOT NULL");
    limitStorage(ctx.storage, env.MAX_BYTES);
  }

  fetch(request) {
    const methods = new Map([
      ["get", (args) => this.#get(...args)],
      ["getMany", (args) => this.#getMany(...args)],
      ["put", ([name, settings], value) => [this.#put(name, value, settings)]],
      ["delete", (args) => [this.#delete(...args)]],
      ["list", (args) => [this.#list(...args)]],
    ]);
    return answer(request, methods);
  }

  #get(name, cacheTtl) {
    checkName("GET", name);
    checkCacheTtl("GET", cacheTtl);
    const entry = this.#entry(name);
    return entry === null ? [null] : [{ metadata: entry.metadata }, this.#value(entry)];
  }

  #getMany(names, cacheTtl) {
    if (names.length > 100) throw refused("GET_BULK", 400, "You can request a maximum of 100 keys");
    if (names.length < 1) throw refused("GET_BULK", 400, "You must request a minimum of 1 key");
    for (const name of names) checkName("GET_BULK", name);
    checkCacheTtl("GET_BULK", cacheTtl);
    const entries = names.map((name) => [name, this.#entry(name)]);
    const total = entries.reduce((sum, [, entry]) => sum + (entry?.bytes ?? 0), 0);
    if (total > ${MAX_MANY_BYTES}) throw refused("GET_BULK", 413, "Total size of request exceeds the limit of ${MAX_MANY_BYTES / 1024 / 1024}MB");
    const described = entries.map(([name, entry]) => [name, entry && { length: entry.bytes, metadata: entry.metadata }]);
    return [described, ...entries.flatMap(([, entry]) => (entry === null ? [] : [this.#value(entry)]))];
  }

  #put(name, value, { expiration, expirationTtl, metadata }) {
    checkName("PUT", name);
    const until = expirationOf(expiration, expirationTtl);
    if (metadata !== undefined && lengthOf(metadata) > 1_024)
      throw refused("PUT", 413, "Metadata length of " + lengthOf(metadata) + " exceeds limit of 1024.");
    this.ctx.storage.transactionSync(() => {
      this.#removeExpired();
      this.#remove(name);
      this.#sql.exec("INSERT INTO entry VALUES (?, ?, ?, ?)", name, until, metadata ?? null, value.length);
      for (let from = 0; from < value.length; from += ${PART_BYTES})
        this.#sql.exec("INSERT INTO part VALUES (?, ?, ?)", name, from, value.subarray(from, from + ${PART_BYTES}));
    });
    return null;
  }

  #delete(name) {
    checkName("DELETE", name);
    this.ctx.storage.transactionSync(() => this.#remove(name));
    return null;
  }

  #list({ prefix, limit, cursor }) {
    if (limit > 1_000) throw refused("GET", 400, "Invalid key_count_limit of " + limit + ". Please specify an integer less than 1000.");
    checkLength("GET", prefix);
    const after = cursor === null ? "" : nameAt(cursor);
    // The order of UTF-8 bytes, which SQLite's own order of texts is.
    const found = [
      ...this.#sql.exec(
        "SELECT name, expiration, metadata FROM entry WHERE name >= ? AND name < ? AND name > ? AND (expiration IS NULL OR expiration > ?) ORDER BY name LIMIT ?",
        prefix,
        prefix + LAST,
        after,
        now(),
        limit + 1,
      ),
    ];
    const keys = found.slice(0, limit);
    return { keys, next: found.length > limit ? cursorAt(keys.at(-1).name) : null };
  }

  #entry(name) {
    const [entry] = this.#sql.exec("SELECT name, metadata, bytes FROM entry WHERE name = ? AND (expiration IS NULL OR expiration > ?)", name, now());
    return entry ?? null;
  }

  #value({ name, bytes }) {
    const value = new Uint8Array(bytes);
    for (const [from, part] of this.#sql.exec("SELECT number, bytes FROM part WHERE name = ? ORDER BY number", name).raw())
      value.set(new Uint8Array(part), from);
    return value;
  }

  #remove(name) {
    this.#sql.exec("DELETE FROM entry WHERE name = ?", name);
    this.#sql.exec("DELETE FROM part WHERE name = ?", name);
  }

  #removeExpired() {
    for (const { name } of [...this.#sql.exec("SELECT name FROM entry WHERE expiration <= ?", now())]) this.#remove(name);
  }
}

/** Follows every name of 512 bytes. */
const LAST = "\u{10ffff}".repeat(129);

const cursorAt = (name) => btoa(String.fromCharCode(...encoder.encode(name)));

function nameAt(cursor) {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(cursor), (character) => character.charCodeAt(0)));
  } catch {
    throw refused("GET", 400, "Invalid cursor");
  }
}

function checkName(operation, name) {
  if (name === "") throw refused(operation, 400, "Key names must not be empty");
  if (name === "." || name === "..") throw refused(operation, 400, 'Illegal key name "' + name + '". Please use a different name.');
  checkLength(operation, name);
}

function checkLength(operation, name) {
  if (lengthOf(name) > 512) throw refused(operation, 414, "UTF-8 encoded length of " + lengthOf(name) + " exceeds key length limit of 512.");
}

function checkCacheTtl(operation, cacheTtl) {
  if (cacheTtl !== null && !(cacheTtl >= 30))
    throw refused(operation, 400, "Invalid cache_ttl of " + cacheTtl + ". Cache TTL must be at least 30.");
}

/** Second at which the value expires; null for one that stays. */
function expirationOf(expiration, expirationTtl) {
  if (expirationTtl !== undefined) {
    const invalid = "Invalid expiration_ttl of " + expirationTtl + ". ";
    if (!(expirationTtl > 0)) throw refused("PUT", 400, invalid + "Please specify integer greater than 0.");
    if (expirationTtl < 60) throw refused("PUT", 400, invalid + "Expiration TTL must be at least 60.");
    return now() + expirationTtl;
  }
  if (expiration === undefined) return null;
  const invalid = "Invalid expiration of " + expiration + ". ";
  if (!(expiration > now())) throw refused("PUT", 400, invalid + "Please specify integer greater than the current number of seconds since the UNIX epoch.");
  if (expiration < now() + 60) throw refused("PUT", 400, invalid + "Expiration times must be at least 60 seconds in the future.");
  return expiration;
}
`;
