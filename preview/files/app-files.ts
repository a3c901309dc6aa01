import { type FileFacts, factsOf, pick, unpackHeader, unpackOptions } from "./file-options.ts";

/** The maximum bytes of a file. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** The header with the key and options of a request for a file, and with the file's metadata in the response. */
export const FILE_HEADER = "x-edgesmith-file";
/** The status of a response that reports an error of the bucket. */
export const FILE_REFUSED = 422;
const MAX_DELETED = 1_000;

const PUT_OPTIONS = ["onlyIf", "httpMetadata", "customMetadata", "md5", "sha1", "sha256", "sha384", "sha512"];
const GET_OPTIONS = ["onlyIf", "range"];
const LIST_OPTIONS = ["limit", "cursor", "delimiter", "include"];

/** The storage quota of an app's files, which its host counts. */
export type FileRoom = {
  reserve(key: string, bytes: number): Promise<void>;
  settle(key: string, bytes: number | null): Promise<void>;
  delete(keys: string[]): Promise<void>;
};

/** One page of a listing. */
export type FileList = { objects: FileFacts[]; delimitedPrefixes: string[]; truncated: boolean; cursor?: string };

/**
 * An app's files in the bucket, below a prefix of its project and target that the app cannot leave. The bucket itself
 * evaluates conditions, ranges and checksums, and the app receives its errors.
 */
export class AppFiles {
  readonly #bucket: R2Bucket;
  readonly #prefix: string;
  readonly #room: FileRoom;

  constructor(bucket: R2Bucket, prefix: string, room: FileRoom) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#room = room;
  }

  /** Responds to a request of the app's isolate: PUT stores a file, GET reads one. */
  async fetch(request: Request): Promise<Response> {
    try {
      const { key, options } = unpackHeader(request.headers.get(FILE_HEADER));
      return request.method === "PUT"
        ? await this.#answerPut(request, key, options)
        : await this.#answerGet(key, options);
    } catch (failure) {
      const { name, message } = failure instanceof Error ? failure : new Error(String(failure));
      return Response.json({ name, message }, { status: FILE_REFUSED });
    }
  }

  /**
   * Stores a file. Reserves the bytes before the upload and settles them after it, so that a crash in between never
   * loses a count.
   * @returns null when a condition of the options does not hold
   */
  async put(key: string, body: ReadableStream | null, bytes: number, options: R2PutOptions): Promise<R2Object | null> {
    if (bytes > MAX_FILE_BYTES) throw new RangeError(`put: A file may have ${MAX_FILE_BYTES} bytes, not ${bytes}.`);
    await this.#room.reserve(key, bytes);
    let stored: R2Object | null = null;
    try {
      stored = await this.#bucket.put(this.#prefix + key, body, options);
    } finally {
      await this.#room.settle(key, stored?.size ?? null);
    }
    return stored;
  }

  get(key: string, options: R2GetOptions): Promise<R2ObjectBody | R2Object | null> {
    return this.#bucket.get(this.#prefix + key, options);
  }

  async head(key: unknown): Promise<FileFacts | null> {
    const object = await this.#bucket.head(this.#prefix + keyOf(key));
    return object === null ? null : factsOf(object, this.#prefix);
  }

  async delete(keys: unknown): Promise<void> {
    const list = (Array.isArray(keys) ? keys : [keys]).map(keyOf);
    if (list.length > MAX_DELETED) throw new RangeError(`delete: At most ${MAX_DELETED} keys at once.`);
    await this.#bucket.delete(list.map((key) => this.#prefix + key));
    await this.#room.delete(list);
  }

  async list(packed: unknown): Promise<FileList> {
    const options = unpackOptions(packed);
    const { prefix, startAfter } = options;
    const listed = await this.#bucket.list({
      ...pick(options, LIST_OPTIONS),
      prefix: this.#prefix + (typeof prefix === "string" ? prefix : ""),
      ...(typeof startAfter === "string" && { startAfter: this.#prefix + startAfter }),
    });
    return {
      objects: listed.objects.map((object) => factsOf(object, this.#prefix)),
      delimitedPrefixes: listed.delimitedPrefixes.map((one) => one.slice(this.#prefix.length)),
      truncated: listed.truncated,
      ...(listed.truncated && { cursor: listed.cursor }),
    };
  }

  /** Deletes all files of the app. */
  async clear(): Promise<void> {
    for (;;) {
      const { objects } = await this.#bucket.list({ prefix: this.#prefix, limit: MAX_DELETED });
      if (objects.length === 0) return;
      await this.#bucket.delete(objects.map(({ key }) => key));
    }
  }

  async #answerPut(request: Request, key: string, options: Record<string, unknown>): Promise<Response> {
    const length = request.headers.get("Content-Length");
    // The bucket itself refuses a stream without a length, with its own error.
    const bytes = length === null ? 0 : Number(length);
    const stored = await this.put(key, request.body, bytes, pick(options, PUT_OPTIONS));
    return stored === null ? new Response(null, { status: 204 }) : this.#answerWith(stored, null);
  }

  async #answerGet(key: string, options: Record<string, unknown>): Promise<Response> {
    const object = await this.get(key, pick(options, GET_OPTIONS));
    if (object === null) return new Response(null, { status: 204 });
    return this.#answerWith(object, "body" in object ? object.body : null);
  }

  #answerWith(object: R2Object, body: ReadableStream | null): Response {
    const facts = encodeURIComponent(JSON.stringify(factsOf(object, this.#prefix)));
    return new Response(body, { headers: { [FILE_HEADER]: facts, "x-edgesmith-body": String(body !== null) } });
  }
}

function keyOf(key: unknown): string {
  if (typeof key !== "string") throw new TypeError("The key of a file is a string.");
  return key;
}
