import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { AppError, isAppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";

const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/** @throws AppError `payload_too_large` for a body of more bytes, by its own word or as it comes */
export const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError("payload_too_large", `The request body is too large. The limit is ${maxSize} bytes.`, {
        members: { limit: maxSize },
      });
    },
  });

/** @throws AppError `unsupported_media_type` where a body says that it is in another character set than UTF-8 */
export function refuseOtherCharset(c: Context<AppEnv>): void {
  const named = charset.exec(c.req.header("content-type") ?? "")?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(named)) throw new AppError("unsupported_media_type", "The body must be in UTF-8.");
}

/** Bytes as the text they are; null where they are not UTF-8, of which a lenient reader would make U+FFFD. */
export function textIn(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

const maxDepth = 64;
/** A batch of 1,000 operations has some 6,000. */
const maxMembers = 100_000;

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = [34, 92, 44, 91, 93, 123, 125];

/**
 * Refuses JSON of more levels or members than any body here has, by its characters alone: what is parsed can take a hundred
 * times the memory of its text.
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

/** The place of the quote that ends the string which begins at `from`; the text's end where none does. */
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

/** Parses JSON within those bounds. @throws AppError `invalid_request`; `malformed` where it is no JSON */
export function jsonIn(text: string, malformed: () => Error): unknown {
  refuseUnbounded(text);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

/**
 * Has a request's JSON read by the letter, when it is asked for: after all that stands before its handler. What is thrown
 * here its reader takes for a body that is no JSON; `bodyFault` keeps what it really was.
 *
 * It replaces `c.req.json` of this one request: Hono's validator, which @hono/zod-openapi calls, takes no parser, calls
 * `c.req.json()` itself, and gives every failure of it the same answer (github.com/honojs/hono/issues/561).
 * @param isOptional whether the request's route does without a body: there an empty one is as good as none
 */
export const strictJson = (isOptional: (c: Context<AppEnv>) => boolean) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const json = async (): Promise<unknown> => {
      const bytes = await c.req.arrayBuffer();
      if (bytes.byteLength === 0 && isOptional(c)) return {};
      const text = textIn(bytes);
      if (text === null) throw new TypeError("not UTF-8");
      try {
        return jsonIn(text, () => new TypeError("not JSON"));
      } catch (error) {
        if (isAppError(error)) c.set("bodyFault", error);
        throw error;
      }
    };
    Object.assign(c.req, { json });
    await next();
  });
