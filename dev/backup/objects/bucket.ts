import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { pathOf, queryOf } from "./addresses.ts";
import { type ListedPage, parseListing } from "./listing.ts";
import { type Address, bodyOf, type Header, send } from "./send.ts";

/** The headers that belong to an object: the metadata that an app has stored beside the bytes. */
const KEPT = /^(cache-control|content-(disposition|encoding|language|type)|expires|x-amz-meta-.+)$/i;
/** The MD5 that R2 returns as the ETag of an object that was not uploaded in parts. */
const MD5 = /^[0-9a-f]{32}$/;

/** A copied object. */
type Copied = { bytes: number; sha256: string; etag: string; headers: Header[]; hiddenMetadata: number };

/** The reason why one object could not be copied; other objects are not affected. */
export class UnreadableObject extends Error {}

/** One bucket by R2's S3 API. */
export type Bucket = {
  name: string;
  /** Lists the next keys after `startAfter`, in the order of their UTF-8 bytes. */
  list(startAfter: string, limit: number): Promise<ListedPage>;
  isListed(key: string): Promise<boolean>;
  /**
   * Copies an object into a file.
   * @returns null when it does not exist
   * @throws UnreadableObject when its bytes do not match its ETag
   */
  copyTo(key: string, path: string): Promise<Copied | null>;
  /** Returns an object's own headers; null when it does not exist. */
  headersOf(key: string): Promise<Header[] | null>;
  /** Stores a file. The bucket refuses bytes that do not have the SHA-256. @returns the ETag */
  putFrom(key: string, path: string, facts: { bytes: number; sha256: string; headers: Header[] }): Promise<string>;
};

/**
 * Opens a bucket; no request is sent yet.
 * @throws Error with a message for the operator, from each of its operations
 */
export function openBucket(address: Address): Bucket {
  const call = (method: string, path: string, options: Omit<Parameters<typeof send>[3], "address"> = {}) =>
    send(address, method, path, options);
  const list = async (query: Record<string, string>): Promise<ListedPage> => {
    const text = queryOf({ "encoding-type": "url", "list-type": "2", ...query });
    const response = await expectOk(await call("GET", `?${text}`), `The bucket ${address.bucket}`);
    return parseListing((await bodyOf(response)).toString());
  };
  return {
    name: address.bucket,
    list(startAfter, limit) {
      return list({ "max-keys": String(limit), ...(startAfter !== "" && { "start-after": startAfter }) });
    },
    async isListed(key) {
      // Of all keys that begin with it, the key itself comes first.
      const { objects } = await list({ "max-keys": "1", prefix: key });
      return objects[0]?.key === key;
    },
    async copyTo(key, path) {
      const response = await call("GET", `/${pathOf(key)}`);
      if (response.statusCode === 404) {
        await bodyOf(response);
        return null;
      }
      return copy(await expectOk(response, key), path);
    },
    async headersOf(key) {
      const response = await call("HEAD", `/${pathOf(key)}`);
      await bodyOf(response);
      return response.statusCode === 404 ? null : headersIn(await expectOk(response, key));
    },
    async putFrom(key, path, { bytes, sha256, headers }) {
      const body = { open: () => createReadStream(path), bytes, sha256 };
      const response = await expectOk(await call("PUT", `/${pathOf(key)}`, { headers, body }), key);
      await bodyOf(response);
      return etagOf(response);
    },
  };
}

async function copy(response: IncomingMessage, path: string): Promise<Copied> {
  const [sha256, md5] = [createHash("sha256"), createHash("md5")];
  let bytes = 0;
  async function* measured(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      sha256.update(chunk);
      md5.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(response, measured, createWriteStream(path, { mode: 0o600 }));
  const etag = etagOf(response);
  if (MD5.test(etag) && md5.digest("hex") !== etag)
    throw new UnreadableObject("the received bytes do not match its ETag");
  const hiddenMetadata = Number(response.headers["x-amz-missing-meta"] ?? 0);
  return { bytes, sha256: sha256.digest("hex"), etag, headers: headersIn(response), hiddenMetadata };
}

const etagOf = (response: IncomingMessage): string => (response.headers.etag ?? "").replace(/^(W\/)?"|"$/g, "");

/** Returns an object's own headers in their original case, since the names of its metadata may have capitals. */
function headersIn({ rawHeaders }: IncomingMessage): Header[] {
  const headers: Header[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (KEPT.test(name)) headers.push([name, asciiOf(rawHeaders[index + 1] ?? "")]);
  }
  return headers;
}

/** Encodes a value by RFC 2047, as R2 does and undoes, where a server has sent UTF-8. */
function asciiOf(value: string): string {
  const isAscii = /^[\x20-\x7e\t]*$/.test(value);
  return isAscii ? value : `=?UTF-8?B?${Buffer.from(value, "latin1").toString("base64")}?=`;
}

async function expectOk(response: IncomingMessage, subject: string): Promise<IncomingMessage> {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  const text = (await bodyOf(response)).toString().slice(0, 300);
  throw new Error(`${subject}: ${status} ${/<Message>(.*?)<\/Message>/s.exec(text)?.[1] ?? text}`);
}
