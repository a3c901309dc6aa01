import { type ParseError, type ParseOptions, parse, printParseErrorCode } from "jsonc-parser";

/** The first error of a JSON file: its offset in characters, and the reason in words that continue a sentence. */
type JsonError = { offset: number; reason: string };

/** A parsed JSON file: as much of its value as could be read. */
type ParsedJson = { value: unknown; error: JsonError | null };

/** By the parser's names of its errors. */
const REASONS: Record<string, string> = {
  InvalidSymbol: "this word has no meaning in JSON",
  InvalidNumberFormat: "this number is not written as in JSON",
  PropertyNameExpected: "a name in double quotes is expected, or the comma before is too many",
  ValueExpected: "a value is expected, or the comma before is too many",
  ColonExpected: "a colon is missing",
  CommaExpected: "a comma is missing",
  CloseBraceExpected: "a closing } is missing",
  CloseBracketExpected: "a closing ] is missing",
  EndOfFileExpected: "there is more text after the end",
  InvalidCommentToken: "comments are not allowed",
  UnexpectedEndOfComment: "a comment does not end",
  UnexpectedEndOfString: "a closing quote is missing",
  UnexpectedEndOfNumber: "a number does not end",
  InvalidUnicode: "the four digits after \\u are missing",
  InvalidEscapeCharacter: "this character cannot follow a backslash",
  InvalidCharacter: "this character must be written with a backslash",
};

/** Parses JSON and puts its first error into words. */
export function parseJson(text: string, options: ParseOptions): ParsedJson {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, options);
  const [first] = errors;
  if (first === undefined) return { value, error: null };
  const reason =
    text.trim() === "" ? "the file is empty" : (REASONS[printParseErrorCode(first.error)] ?? "this cannot be read");
  return { value, error: { offset: first.offset, reason } };
}
