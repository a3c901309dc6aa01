// Code that runs inside a generated app's isolate: env.FILES, with the shape of an R2 bucket.
import { FILE_HEADER, FILE_REFUSED } from "./app-files.ts";

/** Returns the source of the module that defines `files(services, bucket)`. */
export const filesModule = (): string => FILES;

const FILES = `const ADDRESS = "http://files/";

/** JSON with marks for values that it does not have. */
function packed(value) {
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Headers) return { $headers: [...value] };
  if (value instanceof ArrayBuffer) return hexOf(new Uint8Array(value));
  if (ArrayBuffer.isView(value)) return hexOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, packed(one)]));
}

const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)).buffer;
const dated = (value) => (value !== null && typeof value === "object" && "$date" in value ? new Date(value.$date) : value);

const METADATA_HEADERS = {
  contentType: "content-type",
  contentLanguage: "content-language",
  contentDisposition: "content-disposition",
  contentEncoding: "content-encoding",
  cacheControl: "cache-control",
};

class R2Object {
  constructor({ checksums, uploaded, httpMetadata, key, ...facts }) {
    Object.assign(this, facts);
    // Each bucket of an app has its name before its keys.
    this.key = key.slice(key.indexOf("/") + 1);
    this.uploaded = new Date(uploaded);
    if (httpMetadata !== undefined) this.httpMetadata = Object.fromEntries(Object.entries(httpMetadata).map(([name, value]) => [name, dated(value)]));
    const known = Object.fromEntries(Object.entries(checksums).map(([name, hex]) => [name, bytesOf(hex)]));
    this.checksums = Object.defineProperty(known, "toJSON", { value: () => checksums });
  }
  writeHttpMetadata(headers) {
    const metadata = this.httpMetadata ?? {};
    for (const [name, header] of Object.entries(METADATA_HEADERS)) if (metadata[name] !== undefined) headers.set(header, metadata[name]);
    if (metadata.cacheExpiry !== undefined) headers.set("expires", metadata.cacheExpiry.toUTCString());
  }
}

class R2ObjectBody extends R2Object {
  #response;
  constructor(facts, response) {
    super(facts);
    this.#response = response;
  }
  get body() {
    return this.#response.body;
  }
  get bodyUsed() {
    return this.#response.bodyUsed;
  }
  arrayBuffer() {
    return this.#response.arrayBuffer();
  }
  bytes() {
    return this.#response.bytes();
  }
  text() {
    return this.#response.text();
  }
  json() {
    return this.#response.json();
  }
  async blob() {
    return new Blob([await this.#response.arrayBuffer()], { type: this.httpMetadata?.contentType ?? "" });
  }
}

/** A bucket's keys as the platform has them: after the bucket's name. */
const keysOf = (bucket) => (key) => {
  if (typeof key !== "string" || key === "") throw new TypeError("The key of a file is a string that is not empty.");
  return bucket + "/" + key;
};

async function request(services, method, key, options, body = null) {
  const header = encodeURIComponent(JSON.stringify({ key, options: packed(options ?? {}) }));
  const response = await services.fetch(new Request(ADDRESS, { method, headers: { "${FILE_HEADER}": header }, body }));
  if (response.status === ${FILE_REFUSED}) {
    const { name, message } = await response.json();
    throw name === "TypeError" ? new TypeError(message) : name === "RangeError" ? new RangeError(message) : new Error(message);
  }
  const facts = response.headers.get("${FILE_HEADER}");
  return facts === null ? null : { response, facts: JSON.parse(decodeURIComponent(facts)) };
}

function toBody(value) {
  const isBody = value === null || typeof value === "string" || value instanceof ReadableStream || value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
  if (!isBody) throw new TypeError("Failed to execute 'put' on 'R2Bucket': parameter 2 is not of type 'JsReadableStream or ArrayBuffer or ArrayBufferView or string or Blob'.");
  return value;
}

const absent = (method) => () => {
  throw new Error("env.FILES has no " + method + "() here: a file has at most 25 MB, so put() takes it whole.");
};

/** The bucket of this name; env.FILES is one, and each R2 binding of a wrangler configuration another. */
export function files(services, bucket) {
  const at = keysOf(bucket);
  const below = (text) => bucket + "/" + (text ?? "");
  return {
    async put(key, value, options) {
      const stored = await request(services, "PUT", at(key), options, toBody(value ?? null));
      return stored === null ? null : new R2Object(stored.facts);
    },
    async get(key, options) {
      const found = await request(services, "GET", at(key), options);
      if (found === null) return null;
      const hasBody = found.response.headers.get("x-edgesmith-body") === "true";
      return hasBody ? new R2ObjectBody(found.facts, found.response) : new R2Object(found.facts);
    },
    async head(key) {
      const facts = await services.headFile(at(key));
      return facts === null ? null : new R2Object(facts);
    },
    async delete(keys) {
      await services.deleteFiles(Array.isArray(keys) ? keys.map(at) : at(keys));
    },
    async list({ prefix, startAfter, ...options } = {}) {
      const bounds = { prefix: below(prefix), ...(startAfter !== undefined && { startAfter: below(startAfter) }) };
      const listed = await services.listFiles(JSON.stringify(packed({ ...options, ...bounds })));
      const { objects, delimitedPrefixes, ...rest } = listed;
      const folders = delimitedPrefixes.map((folder) => folder.slice(bucket.length + 1));
      return { objects: objects.map((facts) => new R2Object(facts)), delimitedPrefixes: folders, ...rest };
    },
    signedUrl: async (key, options) => services.signFile(at(key), options ?? {}),
    createMultipartUpload: absent("createMultipartUpload"),
    resumeMultipartUpload: absent("resumeMultipartUpload"),
  };
}
`;
