import { z } from "zod";
import { RESERVED } from "../gateway/client-script.ts";
import { contentTypeOf } from "../project/content-type.ts";
import type { ClaimSigner } from "../services/claim-signer.ts";
import { type AppFiles, MAX_FILE_BYTES } from "./app-files.ts";

/** The path prefix of signed URLs on an app's origin. */
export const FILES_PATH = `${RESERVED}files/`;
const DEFAULT_SECONDS = 300;
const MAX_SECONDS = 3_600;

/** The options of a signed URL. `maxBytes` and `contentType` constrain an upload. */
const signing = z.strictObject({
  method: z.enum(["GET", "PUT"]).default("GET"),
  expiresIn: z.int().min(1).max(MAX_SECONDS).default(DEFAULT_SECONDS),
  maxBytes: z.int().min(0).max(MAX_FILE_BYTES).default(MAX_FILE_BYTES),
  contentType: z.string().max(255).optional(),
});

const claim = z.object({
  key: z.string(),
  method: z.enum(["GET", "PUT"]),
  until: z.int(),
  maxBytes: z.int(),
  contentType: z.string().optional(),
});
type Claim = z.infer<typeof claim>;

/** Types that a browser displays without running scripts in them. */
const SHOWN = /^(image\/(?!svg)[\w.+-]+|audio\/[\w.+-]+|video\/[\w.+-]+|font\/[\w.+-]+|text\/plain)(;|$)/i;

/**
 * Signs short-lived URLs of an app's files, and responds to requests for them. A visitor's upload never becomes a page
 * of the app's origin: only images, sounds, videos, fonts and plain text are displayed, in a sandbox without scripts.
 */
export class SignedFiles {
  readonly #signer: ClaimSigner;
  readonly #files: AppFiles;

  constructor(signer: ClaimSigner, files: AppFiles) {
    this.#signer = signer;
    this.#files = files;
  }

  /**
   * Signs a URL on the app's own origin.
   * @returns the URL
   * @throws TypeError for invalid options
   */
  sign(key: unknown, options: unknown): string {
    const parsed = signing.safeParse(options);
    if (typeof key !== "string") throw new TypeError("The key of a file is a string.");
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new TypeError(`signedUrl: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
    }
    const { expiresIn, ...rest } = parsed.data;
    const until = Date.now() + expiresIn * 1_000;
    return FILES_PATH + this.#signer.sign("file", { key, until, ...rest });
  }

  /** Responds to a visitor's request for a signed URL. */
  async fetch(request: Request): Promise<Response> {
    const claimed = this.#verify(new URL(request.url).pathname.slice(FILES_PATH.length));
    if (claimed === null) return refuse(403, "This address is invalid or has expired.");
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (claimed.method === "GET" ? !isRead : request.method !== "PUT") {
      const answer = refuse(405, `This address is for ${claimed.method}.`);
      answer.headers.set("Allow", claimed.method === "GET" ? "GET, HEAD" : "PUT");
      return answer;
    }
    return isRead ? this.#show(request, claimed) : this.#store(request, claimed);
  }

  async #store(request: Request, { key, maxBytes, contentType }: Claim): Promise<Response> {
    const length = request.headers.get("Content-Length");
    const type = request.headers.get("Content-Type") ?? "application/octet-stream";
    if (length === null || !/^\d+$/.test(length)) return refuse(411, "An upload names its length.");
    if (Number(length) > maxBytes) return refuse(413, `The file may have ${maxBytes} bytes.`);
    if (contentType !== undefined && contentType !== type) return refuse(415, `The file must be ${contentType}.`);
    try {
      const stored = await this.#files.put(key, request.body, Number(length), { httpMetadata: { contentType: type } });
      // Removes the bucket name from the key (files-module.ts).
      return Response.json({ key: key.slice(key.indexOf("/") + 1), size: stored?.size, etag: stored?.etag });
    } catch (failure) {
      return refuse(507, failure instanceof Error ? failure.message : String(failure));
    }
  }

  async #show(request: Request, { key, until }: Claim): Promise<Response> {
    const { headers: asked } = request;
    const object = await this.#files.get(key, { onlyIf: asked, ...(asked.has("Range") && { range: asked }) });
    if (object === null) return refuse(404, "There is no such file.");
    const headers = new Headers({ ETag: object.httpEtag, "Accept-Ranges": "bytes" });
    object.writeHttpMetadata(headers);
    const type = headers.get("Content-Type") ?? contentTypeOf(key);
    headers.set("Content-Type", type);
    headers.set("Last-Modified", object.uploaded.toUTCString());
    headers.set("Cache-Control", `private, max-age=${Math.max(0, Math.floor((until - Date.now()) / 1_000))}`);
    headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
    if (!SHOWN.test(type)) headers.set("Content-Disposition", "attachment");
    if (!("body" in object)) return new Response(null, { status: isUnchanged(asked) ? 304 : 412, headers });
    const part = asked.has("Range") ? rangeOf(object) : null;
    if (part !== null) headers.set("Content-Range", `bytes ${part.first}-${part.last}/${object.size}`);
    headers.set("Content-Length", String(part === null ? object.size : part.last - part.first + 1));
    return new Response(request.method === "HEAD" ? null : object.body, { status: part === null ? 200 : 206, headers });
  }

  #verify(token: string): Claim | null {
    const claimed = claim.safeParse(this.#signer.verify("file", token));
    return claimed.success && claimed.data.until > Date.now() ? claimed.data : null;
  }
}

/** Returns whether the failed condition is a cache's, which then uses its copy. */
const isUnchanged = (headers: Headers): boolean => headers.has("If-None-Match") || headers.has("If-Modified-Since");

function rangeOf({ range, size }: R2Object): { first: number; last: number } | null {
  const { offset = 0, length, suffix }: { offset?: number; length?: number; suffix?: number } = { ...range };
  if (suffix !== undefined) return { first: Math.max(0, size - suffix), last: size - 1 };
  const last = length === undefined ? size - 1 : offset + length - 1;
  return offset === 0 && last === size - 1 ? null : { first: offset, last };
}

const refuse = (status: number, detail: string): Response =>
  Response.json({ error: "file_refused", detail }, { status });
