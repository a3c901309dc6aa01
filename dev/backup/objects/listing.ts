import { Parser } from "htmlparser2";

/** An object of a listing. `etag` is the MD5 of an object that was not uploaded in parts. */
export type Listed = { key: string; bytes: number; etag: string };

export type ListedPage = { objects: Listed[]; hasMore: boolean };

/**
 * Parses the response of ListObjectsV2 with `encoding-type=url`.
 * @throws Error when it is not a listing
 */
export function parseListing(xml: string): ListedPage {
  const objects: Listed[] = [];
  let fields: Record<string, string> = {};
  let root: Record<string, string> | undefined;
  let text = "";
  const parser = new Parser(
    {
      onopentag(name) {
        text = "";
        if (name === "ListBucketResult") root = {};
        if (name === "Contents") fields = {};
      },
      ontext(part) {
        text += part;
      },
      onclosetag(name) {
        if (name === "Contents") objects.push(listedOf(fields));
        else if (name === "IsTruncated" && root) root[name] = text;
        else fields[name] = text;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  if (root?.IsTruncated === undefined) throw new Error(`This is not the listing of a bucket: ${xml.slice(0, 200)}`);
  return { objects, hasMore: root.IsTruncated === "true" };
}

function listedOf({ Key, Size, ETag }: Record<string, string>): Listed {
  const bytes = Number(Size);
  if (Key === undefined || ETag === undefined || !Number.isSafeInteger(bytes)) {
    throw new Error("A listing has an object without key, size or ETag.");
  }
  // Some servers encode a space as a plus sign, and a plus sign never as itself.
  return { key: decodeURIComponent(Key.replaceAll("+", "%20")), bytes, etag: ETag.replaceAll('"', "") };
}
