import type { ImageType } from "../../../worker/contract/index.ts";

const latin = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** The magic bytes of the images that models accept: PNG 5.2, JPEG B.1.1.3, GIF89a 17, RIFF with the form type WEBP. */
const isOf: Record<ImageType, (bytes: Uint8Array) => boolean> = {
  "image/png": (bytes) => latin(bytes, 0, 8) === "\x89PNG\r\n\x1a\n",
  "image/jpeg": (bytes) => latin(bytes, 0, 3) === "\xff\xd8\xff",
  "image/gif": (bytes) => /^GIF8[79]a$/.test(latin(bytes, 0, 6)),
  "image/webp": (bytes) => latin(bytes, 0, 4) === "RIFF" && latin(bytes, 8, 12) === "WEBP",
};
// The types are keys of a record above, so that a type added to the contract is a type error until it is recognised.
const types: readonly ImageType[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/**
 * Returns an image's type from its first bytes, since names and declared types are often wrong; null for other content.
 */
export const imageTypeIn = (bytes: Uint8Array): ImageType | null => types.find((type) => isOf[type](bytes)) ?? null;

/** Decodes clean UTF-8 without NUL, which is the API's own criterion for text; null for other content. */
export function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null; // Not UTF-8.
  }
}

/** Encodes bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  // A function call accepts only some tens of thousands of arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += latin(bytes, at, at + 0x8000);
  return btoa(binary);
}
