// Code that runs inside a generated app's isolate: the binding of a KV namespace, with the same methods, results and
// errors as Cloudflare's. test/preview/stores/conformance.test.ts compares both.

/** Maximum bytes of a value. */
const MAX_VALUE_BYTES = 25 * 1024 * 1024;

/** The module's source. It exports `kvBinding(gateway)`. */
export const KV_CLIENT = `import { call } from "./store-call.js";

export const kvBinding = (gateway) => new KvNamespace(gateway);

class KvNamespace {
  #gateway;
  constructor(gateway) {
    this.#gateway = gateway;
  }
  async get(key, options) {
    return Array.isArray(key) ? this.#many(key, options, false) : (await this.#one(key, options)).value;
  }
  async getWithMetadata(key, options) {
    return Array.isArray(key) ? this.#many(key, options, true) : this.#one(key, options);
  }
  async put(key, value, options) {
    const name = named(key);
    const { expiration, expirationTtl, metadata } = options ?? {};
    const bytes = await bytesOf(value);
    if (bytes.length > ${MAX_VALUE_BYTES}) throw tooLong(bytes.length);
    const settings = {
      ...(expiration !== undefined && { expiration: whole(expiration) }),
      ...(expirationTtl !== undefined && { expirationTtl: whole(expirationTtl) }),
      ...(metadata !== undefined && metadata !== null && { metadata: JSON.stringify(metadata) }),
    };
    await call(this.#gateway, "put", [name, settings], bytes);
  }
  async delete(key) {
    await call(this.#gateway, "delete", [named(key)]);
  }
  async list(options) {
    const { prefix, limit, cursor } = options ?? {};
    const asked = { prefix: prefix ?? "", limit: limit > 0 ? whole(limit) : 1_000, cursor: cursor || null };
    const { keys, next } = (await call(this.#gateway, "list", [asked])).json;
    const page = next === null ? { list_complete: true } : { list_complete: false, cursor: next };
    return { keys: keys.map(withParsedMetadata), ...page, cacheStatus: null };
  }

  async #one(key, options) {
    const name = named(key);
    const { type, cacheTtl } = readOptions(options);
    const { json: found, bytes } = await call(this.#gateway, "get", [name, cacheTtl]);
    if (found === null) return { value: null, metadata: null, cacheStatus: null };
    return { value: converted(bytes, type), metadata: found.metadata === null ? null : JSON.parse(found.metadata), cacheStatus: null };
  }

  async #many(keys, options, isWithMetadata) {
    const { type, cacheTtl } = readOptions(options);
    if (type !== "text" && type !== "json")
      throw new Error('KV GET_BULK failed: 400 "' + type + '" is not a valid type. Use "json" or "text"');
    const { json: found, bytes } = await call(this.#gateway, "getMany", [keys.map(String), cacheTtl]);
    let end = 0;
    const valueOf = ({ length, metadata }) => {
      end += length;
      return manyValue(bytes.subarray(end - length, end), metadata, type, isWithMetadata);
    };
    return new Map(found.map(([key, entry]) => [key, entry && valueOf(entry)]));
  }
}

function manyValue(bytes, metadata, type, isWithMetadata) {
  const value = valueOfMany(bytes, type);
  return isWithMetadata ? { value, metadata: metadata === null ? null : JSON.parse(metadata) } : value;
}

function valueOfMany(bytes, type) {
  const text = new TextDecoder().decode(bytes);
  if (type === "text") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("KV GET_BULK failed: 400 At least one of the requested keys corresponds to a non-json value");
  }
}

function named(key) {
  const name = String(key);
  if (name === "") throw new TypeError("Key name cannot be empty.");
  if (name === "." || name === "..") throw new TypeError('"' + name + '" is not allowed as a key name.');
  return name;
}

/** Numbers as the runtime converts them for Cloudflare's binding. */
const whole = (value) => Number(value) | 0;

const readOptions = (options) => {
  const { type, cacheTtl } = typeof options === "string" ? { type: options } : (options ?? {});
  return { type: type ?? "text", cacheTtl: cacheTtl ?? null };
};

function converted(bytes, type) {
  switch (type) {
    case "text":
      return new TextDecoder().decode(bytes);
    case "json":
      return JSON.parse(new TextDecoder().decode(bytes));
    case "arrayBuffer":
      return bytes.slice().buffer;
    case "stream":
      return new Response(bytes).body;
    default:
      throw new TypeError('Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".');
  }
}

const withParsedMetadata = ({ name, expiration, metadata }) => ({
  name,
  ...(expiration !== null && { expiration }),
  ...(metadata !== null && { metadata: JSON.parse(metadata) }),
});

const tooLong = (length) => new Error("KV PUT failed: 413 Value length of " + length + " exceeds limit of ${MAX_VALUE_BYTES}.");

async function bytesOf(value) {
  if (typeof value !== "object" || value === null) return new TextEncoder().encode(String(value));
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ReadableStream) return readAll(value);
  throw new TypeError("KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.");
}

/** Reads a stream up to the limit, so that an endless one does not fill the isolate. */
async function readAll(stream) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : new Uint8Array(await new Response(chunk).arrayBuffer());
    length += bytes.length;
    if (length > ${MAX_VALUE_BYTES}) throw tooLong(length);
    chunks.push(bytes);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
`;
