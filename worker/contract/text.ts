import { z } from "./route.ts";

export const isStorable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

// The words of a schema's own refusals go on from the field's name: "name holds …".

/** Text that PostgreSQL can hold: without NUL and without a lone surrogate. A file's content has a code of its own. */
export const text = () =>
  z.string().refine(isStorable, {
    message: "holds a NUL character or a lone surrogate, which cannot be stored",
    params: { code: "invalid_text" },
  });

/** The one base64 of some bytes (RFC 4648, 3.5): the bits that pad the last character are zero. */
const canonicalBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

export const isBase64 = (value: string): boolean => canonicalBase64.test(value);

/** Bytes as text. */
export const base64 = () =>
  z.string().refine(isBase64, { message: "is not base64", params: { code: "invalid_base64" } });

/** Control characters with the line breaks, the two separators of Unicode, and what turns the text around it. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

export const isOneLine = (value: string): boolean => !unprintable.test(value);

export const notOneLine = "holds a line break, a control character or one that turns the direction of writing";

/** Text that is shown in a line with others: nothing in it ends the line, or has what follows read the other way round. */
export const oneLine = (max: number) => ofOneLine(text().max(max));

/** What a person calls a thing. */
export const nameText = (max: number) => ofOneLine(text().trim().min(1).max(max));

/** What cannot be stored is told of as that. */
const ofOneLine = <Text extends z.ZodString>(schema: Text) =>
  schema.refine((value) => !isStorable(value) || isOneLine(value), {
    message: notOneLine,
    params: { code: "control_character" },
  });
