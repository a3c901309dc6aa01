import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type Encoding, isBase64 } from "../contract/index.ts";
import { AppError } from "../errors.ts";

/** A file's content as stored: its text, the encoding of its bytes, their number and their SHA-256. */
export type Content = { content: string; encoding: Encoding; bytes: number; sha256: string };

/**
 * Validates and measures a file's content. `bytes` is the number of bytes, not of characters.
 * @param pointer the JSON pointer of the field, for the error
 * @throws AppError `invalid_content`: NUL or a lone surrogate in text, invalid base64
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
  if (!text.isWellFormed()) throw refuse("it has a lone surrogate, which UTF-8 cannot represent");
  return { content: text, encoding, ...measure(Buffer.from(text, "utf8")) };
}

const measure = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

/**
 * Converts a content to another encoding: one blob may be stored as text and belong to a binary file, or the reverse.
 */
export function recode(content: string, from: Encoding, to: Encoding): string {
  if (from === to) return content;
  return from === "base64"
    ? Buffer.from(content, "base64").toString("utf8")
    : Buffer.from(content, "utf8").toString("base64");
}
