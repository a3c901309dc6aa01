import type { AppRequest, AppResponse } from "../../worker/contract/preview-rpc.ts";

const BODY_BYTES = 64 * 1024;
/** A name that nothing resolves: the app has no other use for it than to build addresses of its own. */
const ORIGIN = "https://app.invalid";

/** A tool's request as the app gets it. Throws a TypeError where it is not one. */
export function toRequest({ method, path, headers, body }: AppRequest): Request {
  const url = new URL(path, ORIGIN);
  if (url.origin !== ORIGIN) throw new TypeError(`"${path}" is not a path of the app.`);
  const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers: headers ?? {}, redirect: "manual", ...(hasBody ? { body } : {}) });
}

/** The app's answer as a tool gets it: text, cut at 64 KiB. */
export async function toAppResponse(response: Response): Promise<AppResponse> {
  const { bytes, truncated } = await readAtMost(response.body, BODY_BYTES);
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: new TextDecoder().decode(bytes), truncated };
}

async function readAtMost(body: ReadableStream<Uint8Array> | null, limit: number) {
  const kept = new Uint8Array(limit);
  let length = 0;
  if (body === null) return { bytes: kept.subarray(0, 0), truncated: false };
  for await (const chunk of body) {
    const room = limit - length;
    kept.set(chunk.subarray(0, room), length);
    if (chunk.length > room) return { bytes: kept, truncated: true };
    length += chunk.length;
  }
  return { bytes: kept.subarray(0, length), truncated: false };
}
