import type { ImageType } from "../../../worker/contract/index.ts";

const latin = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** The magic bytes of the images that models accept: PNG 5.2, JPEG B.1.1.3, GIF89a 17, RIFF with the form type WEBP. */
const isOf: Record<ImageType, (bytes: Uint8Array) => boolean> = {
  "image/png": (bytes) => latin(bytes, 0, 8) === "\x89PNG\r\n\x1a\n",
  "image/jpeg": (bytes) => latin(bytes, 0, 3) === "\xff\xd8\xff",
  "image/gif": (bytes) => /^GIF8[79]a$/.test(latin(bytes, 0, 6)),
  "image/webp": (bytes) => latin(bytes, 0, 4) === "RIFF" && latin(bytes, 8, 12) === "WEBP",
};
// A record above, so that an added type is a type error until it is recognised.
const types: readonly ImageType[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Returns the type of an image by its first bytes, since names and declared types are often wrong; null for other content. */
export const imageTypeIn = (bytes: Uint8Array): ImageType | null => types.find((type) => isOf[type](bytes)) ?? null;

/** Returns the text of bytes that are clean UTF-8 without NUL, which is how the API tells text from other content; null otherwise. */
export function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null; // Not UTF-8.
  }
}

/** Returns bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  // A call takes some tens of thousands of arguments at most.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += latin(bytes, at, at + 0x8000);
  return btoa(binary);
}
