import { contentTypeOf } from "./content-type.ts";

/** A file of the running app as it is served. `address` starts with `/`. */
export type Asset = { address: string; contentType: string; etag: string; body: Uint8Array };

/** Path prefix of built files on the app's origin; each name contains a content hash. */
export const BUILT = "/__edgesmith/built/";

/** Returns the asset at an address (a path from the app's root), with the hash and media type of its content. */
export async function toAsset(address: string, content: string | Uint8Array): Promise<Asset> {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { address, contentType: contentTypeOf(address), etag: (await hashOf(body)).slice(0, 32), body };
}

/** The SHA-256 of a text or of bytes, in hexadecimal digits. */
export async function hashOf(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
