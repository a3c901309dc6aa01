// Limits the storage of an app. The check runs inside the app's isolate before each write and changes only the
// runtime's prototypes; statements that free space (DELETE, DROP) always pass.

const MB = 1024 * 1024;
/** The maximum bytes of an app's database, in the preview and in public separately. */
export const maxStoredBytes = 100 * MB;
/**
 * The maximum bytes of the database of each Durable Object that a wrangler configuration binds: an app may have many.
 */
export const maxObjectBytes = 10 * MB;

/** Part of the error for a write to a full database. */
export const STORAGE_FULL = "The app's database is full";

/**
 * The module's source. The platform calls `limitStorage(storage, maxBytes)` once per object, before the object's own
 * code receives the storage.
 */
export const STORAGE_LIMIT = String.raw`
const WRITE = /\b(?:insert|update|create|alter)\b|\breplace\s+into\b/i;
const QUOTED = /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|--[^\n]*|\/\*[^]*?(?:\*\/|$)/g;
/** The object's database and how much it may hold, by what its storage writes through. */
const limits = new WeakMap();
const guarded = new Set();

function requireRoom(writer, writes = () => true) {
  const { sql, maxBytes } = limits.get(writer) ?? {};
  if (sql === undefined || sql.databaseSize < maxBytes || !writes()) return;
  throw new Error("${STORAGE_FULL}: it may hold " + maxBytes / ${MB} + " MB. Delete something first.");
}

export function limitStorage(storage, maxBytes) {
  const { sql, kv } = storage;
  for (const writer of [storage, sql, kv]) limits.set(writer, { sql, maxBytes });
  guard(Object.getPrototypeOf(sql), "exec", (query) => WRITE.test(String(query).replace(QUOTED, " ")));
  guard(Object.getPrototypeOf(storage), "put");
  guard(Object.getPrototypeOf(kv), "put");
}

/** All objects of an isolate share these prototypes. */
function guard(prototype, method, writes) {
  if (guarded.has(prototype)) return;
  guarded.add(prototype);
  const original = prototype[method];
  prototype[method] = function (...args) {
    requireRoom(this, writes && (() => writes(...args)));
    return original.apply(this, args);
  };
}
`;
