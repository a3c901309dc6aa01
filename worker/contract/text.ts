import { z } from "./route.ts";

/** Whether PostgreSQL can store a text. */
export const isStorable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

// The messages of a schema continue a sentence that begins with the field's name: "name contains …".

/** Text that PostgreSQL can store: without NUL and without lone surrogates. File contents have their own code. */
export const text = () =>
  z.string().refine(isStorable, {
    message: "contains a NUL character or a lone surrogate, which cannot be stored",
    params: { code: "invalid_text" },
  });

/** Canonical base64 (RFC 4648, 3.5): the padding bits of the last character are zero. */
const canonicalBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

/** Whether a text is canonical base64 (RFC 4648, 3.5). */
export const isBase64 = (value: string): boolean => canonicalBase64.test(value);

/** Bytes in base64. */
export const base64 = () =>
  z.string().refine(isBase64, { message: "is not base64", params: { code: "invalid_base64" } });

/** Control characters including line breaks, Unicode's two separators, and bidirectional formatting characters. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text has no line break, no control character and no character that changes the writing direction. */
export const isOneLine = (value: string): boolean => !unprintable.test(value);

export const notOneLine = "contains a line break, a control character or one that changes the writing direction";

/** Text for display within a line: it cannot break the line, or reverse the direction of the text after it. */
export const oneLine = (max: number) => ofOneLine(text().max(max));

/** The name of a resource, as a person enters it. */
export const nameText = (max: number) => ofOneLine(text().trim().min(1).max(max));

/** Reports unstorable text only by the first of the two checks. */
const ofOneLine = <Text extends z.ZodString>(schema: Text) =>
  schema.refine((value) => !isStorable(value) || isOneLine(value), {
    message: notOneLine,
    params: { code: "control_character" },
  });
