import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { AppError, isAppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/**
 * Limits the size of a body, by its Content-Length and while it is read.
 * @param maxSize in bytes
 * @throws AppError `payload_too_large`
 */
export const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("payload_too_large", `The request body is too large. The limit is ${maxSize} bytes.`, {
        members: { limit: maxSize },
      });
    },
  });

/** @throws AppError `unsupported_media_type` when the Content-Type declares another charset than UTF-8 */
export function refuseOtherCharset(c: Context<AppEnv>): void {
  const named = charset.exec(c.req.header("content-type") ?? "")?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(named)) throw new AppError("unsupported_media_type", "The body must be in UTF-8.");
}

/**
 * Decodes UTF-8 strictly.
 * @returns the text; null for invalid UTF-8, which a lenient decoder would replace with U+FFFD
 */
export function textIn(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

const maxDepth = 64;
/** A batch of 1,000 operations has about 6,000 members. */
const maxMembers = 100_000;

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = [34, 92, 44, 91, 93, 123, 125];

/**
 * Refuses JSON with more nesting levels or members than any body of this API has. It scans the characters before
 * parsing, since the parsed value can take a hundred times the memory of its text.
 * @throws AppError `invalid_request`
 */
export function refuseUnbounded(text: string): void {
  let [depth, members] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === comma) members += 1;
    else if (code === openList || code === openObject) {
      depth += 1;
      members += 1;
    } else if (code === closeList || code === closeObject) depth -= 1;
    if (depth > maxDepth) throw unbounded("too_deep", `The body has more than ${maxDepth} levels.`);
    if (members > maxMembers) throw unbounded("too_big", `The body has more than ${maxMembers} members.`);
  }
}

/**
 * @param from the index of a string's opening quote
 * @returns the index of the closing quote; the text's length when there is none
 */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}

const unbounded = (code: string, detail: string) =>
  new AppError("invalid_request", detail, { errors: [{ pointer: "", code, detail }] });

/**
 * Parses JSON within the limits of `refuseUnbounded`.
 * @param malformed creates the error to throw for invalid JSON
 * @throws AppError `invalid_request`
 */
export function jsonIn(text: string, malformed: () => Error): unknown {
  refuseUnbounded(text);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

/**
 * Parses a request's JSON strictly, and lazily: after all middleware that comes before the handler. Hono treats every
 * error that `json()` throws as malformed JSON; `bodyFault` keeps the actual error.
 *
 * It replaces `c.req.json` of this one request: Hono's validator, which @hono/zod-openapi uses, accepts no parser, calls
 * `c.req.json()` itself, and responds to each of its failures alike (github.com/honojs/hono/issues/561).
 * @param isOptional whether the request's route has an optional body, so that an empty one is accepted
 */
export const strictJson = (isOptional: (c: Context<AppEnv>) => boolean) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const json = async (): Promise<unknown> => {
      const bytes = await c.req.arrayBuffer();
      try {
        // The charset comes first: bytes in another encoding are decoded wrongly, whether or not they are valid UTF-8.
        refuseOtherCharset(c);
        if (bytes.byteLength === 0 && isOptional(c)) return {};
        const text = textIn(bytes);
        if (text === null) throw new TypeError("not UTF-8");
        return jsonIn(text, () => new TypeError("not JSON"));
      } catch (error) {
        if (isAppError(error)) c.set("bodyFault", error);
        throw error;
      }
    };
    Object.assign(c.req, { json });
    await next();
  });
