import { type ParseError, ParseErrorCode, type ParseOptions, parse } from "jsonc-parser";

/** The first error of a JSON file: its offset in characters, and the reason in words that continue a sentence. */
export type JsonError = { offset: number; reason: string };

/** A parsed JSON file: as much of its value as could be read. */
export type ParsedJson = { value: unknown; error: JsonError | null };

const REASONS: Record<ParseErrorCode, string> = {
  [ParseErrorCode.InvalidSymbol]: "this word has no meaning in JSON",
  [ParseErrorCode.InvalidNumberFormat]: "this number is not written as in JSON",
  [ParseErrorCode.PropertyNameExpected]: "a name in double quotes is expected, or the comma before is too many",
  [ParseErrorCode.ValueExpected]: "a value is expected, or the comma before is too many",
  [ParseErrorCode.ColonExpected]: "a colon is missing",
  [ParseErrorCode.CommaExpected]: "a comma is missing",
  [ParseErrorCode.CloseBraceExpected]: "a closing } is missing",
  [ParseErrorCode.CloseBracketExpected]: "a closing ] is missing",
  [ParseErrorCode.EndOfFileExpected]: "there is more text after the end",
  [ParseErrorCode.InvalidCommentToken]: "comments are not allowed",
  [ParseErrorCode.UnexpectedEndOfComment]: "a comment does not end",
  [ParseErrorCode.UnexpectedEndOfString]: "a closing quote is missing",
  [ParseErrorCode.UnexpectedEndOfNumber]: "a number does not end",
  [ParseErrorCode.InvalidUnicode]: "the four digits after \\u are missing",
  [ParseErrorCode.InvalidEscapeCharacter]: "this character cannot follow a backslash",
  [ParseErrorCode.InvalidCharacter]: "this character must be written with a backslash",
};

/** Parses JSON and puts its first error into words. */
export function parseJson(text: string, options: ParseOptions): ParsedJson {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, options);
  const [first] = errors;
  if (first === undefined) return { value, error: null };
  const reason = text.trim() === "" ? "the file is empty" : REASONS[first.error];
  return { value, error: { offset: first.offset, reason } };
}
