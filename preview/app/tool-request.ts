import type { AppRequest, AppResponse } from "../../worker/contract/preview-rpc.ts";
import { withUser } from "../people/user-header.ts";
import { PLACE } from "../project/places.ts";

const BODY_BYTES = 64 * 1024;
/** Positions of elements in their sources, which the workspace needs and agents do not. */
const places = new RegExp(` ${PLACE}="[^"]*"`, "g");
/** An unresolvable host name; the app can use it only to build its own URLs. */
const ORIGIN = "https://app.invalid";

/**
 * Converts a tool's request to the request of a visitor who is not signed in.
 * @throws TypeError for a path outside the app
 */
export function toRequest({ method, path, headers, body }: AppRequest): Request {
  const url = new URL(path, ORIGIN);
  if (url.origin !== ORIGIN) throw new TypeError(`"${path}" is not a path of the app.`);
  const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
  return new Request(url, {
    method,
    headers: withUser(new Headers(headers), null),
    redirect: "manual",
    ...(hasBody ? { body } : {}),
  });
}

/** Converts the app's response for a tool: as text, truncated at 64 KiB. */
export async function toAppResponse(response: Response): Promise<AppResponse> {
  const { bytes, truncated } = await readAtMost(response.body, BODY_BYTES);
  const headers = Object.fromEntries(response.headers);
  const body = new TextDecoder().decode(bytes).replaceAll(places, "");
  return { status: response.status, headers, body, truncated };
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
