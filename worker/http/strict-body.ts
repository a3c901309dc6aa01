import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./environment.ts";

const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i;

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

/**
 * Has a request's JSON read by the letter, when it is asked for: after all that stands before its handler. What is thrown
 * here its reader takes for a body that is no JSON.
 * @param isOptional whether the request's route does without a body: there an empty one is as good as none
 */
export const strictJson = (isOptional: (c: Context<AppEnv>) => boolean) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const json = async (): Promise<unknown> => {
      const bytes = await c.req.arrayBuffer();
      if (bytes.byteLength === 0 && isOptional(c)) return {};
      const text = textIn(bytes);
      if (text === null) throw new TypeError("not UTF-8");
      return JSON.parse(text);
    };
    Object.assign(c.req, { json });
    await next();
  });
