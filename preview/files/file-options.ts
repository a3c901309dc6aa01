// Encodes the options and metadata of a file between an app's isolate and the bucket. Marks replace values that JSON
// cannot represent.

type Packed = { $date: number } | { $headers: [string, string][] };

/**
 * Decodes a header with a key and options. The app's isolate writes the header, so it is untrusted.
 * @throws TypeError when the header names no key; SyntaxError and URIError when it is malformed
 */
export function unpackHeader(header: string | null): { key: string; options: Record<string, unknown> } {
  const value: unknown = JSON.parse(decodeURIComponent(header ?? "{}"), (_, one: unknown) => unpacked(one));
  const { key, options } = recordOf(value);
  if (typeof key !== "string") throw new TypeError("The key of a file is a string.");
  return { key, options: recordOf(options) };
}

/** Decodes the options of an RPC call. */
export const unpackOptions = (text: unknown): Record<string, unknown> =>
  recordOf(JSON.parse(typeof text === "string" ? text : "{}", (_, one: unknown) => unpacked(one)));

/** Picks the options to pass to the bucket and ignores all others. */
export const pick = (options: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));

function unpacked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const marked = value as Partial<Packed & { $headers: [string, string][]; $date: number }>;
  if (typeof marked.$date === "number") return new Date(marked.$date);
  if (Array.isArray(marked.$headers)) return new Headers(marked.$headers);
  return value;
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** The values from which an app's isolate creates an R2Object. */
export type FileFacts = {
  key: string;
  version: string;
  size: number;
  etag: string;
  httpEtag: string;
  uploaded: number;
  checksums: Record<string, string>;
  httpMetadata?: Record<string, unknown>;
  customMetadata?: Record<string, string>;
  range?: R2Range;
  storageClass: string;
};

/**
 * Returns the metadata of a stored object.
 * @param prefix the part of the bucket's keys before the app's own
 */
export function factsOf(object: R2Object, prefix: string): FileFacts {
  const { key, version, size, etag, httpEtag, uploaded, checksums, httpMetadata, customMetadata, range } = object;
  return {
    key: key.slice(prefix.length),
    version,
    size,
    etag,
    httpEtag,
    uploaded: uploaded.getTime(),
    checksums: Object.fromEntries(Object.entries(checksums.toJSON()).filter(([, hex]) => hex !== undefined)),
    ...(httpMetadata && { httpMetadata: packDates({ ...httpMetadata }) }),
    ...(customMetadata && { customMetadata: { ...customMetadata } }),
    ...(range && { range: { ...range } }),
    storageClass: object.storageClass,
  };
}

const packDates = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, value instanceof Date ? { $date: value.getTime() } : value]),
  );
