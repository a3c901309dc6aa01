import { z } from "@hono/zod-openapi";

/** Prefixes of ids, by the noun they name. The body is a ULID, so ids of one kind sort by time. */
export const idPrefixes = {
  project: "prj",
  run: "run",
  message: "msg",
  token: "tok",
  webhook: "whk",
  event: "evt",
  delivery: "dlv",
  trigger: "trg",
  user: "usr",
  session: "ses",
  operation: "op",
  audit: "aud",
} as const;

export type IdKind = keyof typeof idPrefixes;

/** An id in a path or a body. In a path a malformed one is a 404, as a well-formed id of nothing is: it names nothing. */
export const idOf = (kind: IdKind) =>
  z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .openapi({ description: `The id of a ${kind}.`, example: `${idPrefixes[kind]}_01k9zs4t6m8q3w5x7y9abcdefg` });

/** Years that PostgreSQL and RFC 3339 both have, whatever the offset. */
const isStorableMoment = (text: string): boolean => {
  const at = Date.parse(text);
  return at >= Date.UTC(1970, 0) && at < Date.UTC(10_000, 0);
};

/** Any moment of RFC 3339 that is given, whatever its offset and its precision. */
export const moment = z.iso
  .datetime({ offset: true })
  .refine(isStorableMoment, { error: "must be a time from 1970 to 9999" })
  .openapi({ example: "2026-11-23T12:34:56Z" });

export const timestamp = z.iso.datetime({ precision: 3 }).openapi({ example: "2026-11-23T12:34:56.789Z" });
