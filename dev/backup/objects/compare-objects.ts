import type { Bucket } from "./bucket.ts";
import type { CopiedObject } from "./folder.ts";
import type { Listed } from "./listing.ts";

/** A difference between a backup and a bucket. */
export type Difference =
  | { kind: "missing"; object: CopiedObject }
  | { kind: "different"; object: CopiedObject }
  | { kind: "unknown"; object: Listed };

const PAGE = 1_000;

/**
 * Compares a backup's objects with those of a bucket by key, size and hash. Both lists have the same order, so that
 * neither has to be in memory.
 */
export async function* compareObjects(
  backedUp: AsyncIterable<CopiedObject>,
  bucket: Bucket,
): AsyncGenerator<Difference> {
  const listed = listAll(bucket);
  let next = await listed.next();
  for await (const object of backedUp) {
    while (!next.done && isBefore(next.value.key, object.key)) {
      yield { kind: "unknown", object: next.value };
      next = await listed.next();
    }
    if (next.done || next.value.key !== object.key) yield { kind: "missing", object };
    else {
      if (!isSame(object, next.value)) yield { kind: "different", object };
      next = await listed.next();
    }
  }
  for (; !next.done; next = await listed.next()) yield { kind: "unknown", object: next.value };
}

/** Objects that were uploaded in parts have a hash of their parts; uploads check their SHA-256. */
const isSame = (object: CopiedObject, { bytes, etag }: Listed): boolean =>
  object.bytes === bytes && (object.etag === etag || object.etag.includes("-"));

/** The order of listings: that of the bytes in UTF-8. */
const isBefore = (one: string, other: string): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;

async function* listAll(bucket: Bucket): AsyncGenerator<Listed> {
  let last = "";
  for (let hasMore = true; hasMore; ) {
    const page = await bucket.list(last, PAGE);
    yield* page.objects;
    last = page.objects.at(-1)?.key ?? last;
    hasMore = page.hasMore;
  }
}
