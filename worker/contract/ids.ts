import { z } from "@hono/zod-openapi";

/** The prefix of each type's ids. The rest is a ULID, so ids of one type sort by time. */
export const idPrefixes = {
  project: "prj",
  run: "run",
  message: "msg",
  token: "tok",
  webhook: "whk",
  event: "evt",
  delivery: "dlv",
  trigger: "trg",
  grant: "grt",
  invitation: "inv",
  comment: "cmt",
  user: "usr",
  session: "ses",
  operation: "op",
  audit: "aud",
  alert: "alr",
} as const;

export type IdKind = keyof typeof idPrefixes;

/**
 * The schema of an id in a path or a body. A malformed id in a path is a 404, like a well-formed id that does not exist.
 */
export const idOf = (kind: IdKind) =>
  z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .openapi({ description: `The id of a ${kind}.`, example: `${idPrefixes[kind]}_01k9zs4t6m8q3w5x7y9abcdefg` });

/** Whether PostgreSQL and RFC 3339 can both represent a timestamp, in any offset. */
const isStorableMoment = (text: string): boolean => {
  const at = Date.parse(text);
  return at >= Date.UTC(1970, 0) && at < Date.UTC(10_000, 0);
};

/** The schema of an RFC 3339 timestamp in a request, with any offset and precision. */
export const moment = z.iso
  .datetime({ offset: true })
  .refine(isStorableMoment, { error: "must be a time from 1970 to 9999" })
  .openapi({ example: "2026-11-23T12:34:56Z" });

export const timestamp = z.iso.datetime({ precision: 3 }).openapi({ example: "2026-11-23T12:34:56.789Z" });
