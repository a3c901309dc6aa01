import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type Encoding, isBase64 } from "../contract/index.ts";
import { AppError } from "../errors.ts";

/** A file's content as it is stored: its text, how that holds the bytes, their number and their hash. */
export type Content = { content: string; encoding: Encoding; bytes: number; sha256: string };

/**
 * Reads what a client sent as a file's content. `bytes` counts the file's bytes, not the text's characters.
 * @throws AppError `invalid_content`: NUL or a lone surrogate in text, broken base64.
 */
export function contentFrom(text: string, encoding: Encoding, path: string, pointer: string): Content {
  const refuse = (fault: string) => {
    const detail = `Can't store the content of ${path}: ${fault}.`;
    return new AppError("invalid_content", detail, {
      members: { path },
      errors: [{ pointer, code: "invalid_content", detail }],
    });
  };
  if (encoding === "base64") {
    if (!isBase64(text)) throw refuse("it is not base64");
    return { content: text, encoding, ...measure(Buffer.from(text, "base64")) };
  }
  if (text.includes("\0")) throw refuse("it has a NUL character; send it as base64");
  if (!text.isWellFormed()) throw refuse("it has a lone surrogate, which UTF-8 cannot hold");
  return { content: text, encoding, ...measure(Buffer.from(text, "utf8")) };
}

const measure = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/** The same bytes in the encoding a file wants: one hash may be stored as text and shown as base64, or the reverse. */
export function recode(content: string, from: Encoding, to: Encoding): string {
  if (from === to) return content;
  return from === "base64"
    ? Buffer.from(content, "base64").toString("utf8")
    : Buffer.from(content, "utf8").toString("base64");
}
