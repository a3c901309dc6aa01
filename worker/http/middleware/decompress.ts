import { createMiddleware } from "hono/factory";
import { AppError } from "../../errors.ts";
import { gunzip } from "../../gunzip.ts";
import type { AppEnv } from "../environment.ts";

/**
 * Decompresses a body that was sent with `Content-Encoding: gzip`.
 * @param maxBytesAt the maximum size of the decompressed body at a path, in bytes
 * @throws AppError `payload_too_large`; `unsupported_media_type` for another encoding; `malformed_request`
 */
export const decompress = (maxBytesAt: (path: string) => number) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "";
    const { body } = c.req.raw;
    if (encoding === "" || encoding === "identity" || body === null) return next();
    if (encoding !== "gzip" && encoding !== "x-gzip") {
      c.header("Accept-Encoding", "gzip");
      throw new AppError("unsupported_media_type", "Content-Encoding must be gzip or absent.");
    }
    const bytes = await decompressed(body, maxBytesAt(c.req.path));
    const headers = new Headers(c.req.raw.headers);
    headers.delete("content-encoding");
    headers.set("content-length", String(bytes.byteLength));
    c.req.raw = new Request(c.req.raw, { headers, body: bytes });
    await next();
  });

async function decompressed(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.pipeThrough(gunzip()).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new AppError("malformed_request", "The body isn't valid gzip.", { cause });
    });
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new AppError("payload_too_large", `The request body is too large. The limit is ${maxBytes} bytes.`, {
        members: { limit: maxBytes },
      });
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
