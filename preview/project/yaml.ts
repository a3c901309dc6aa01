import { parse, YAMLParseError } from "yaml";

/**
 * Parses YAML of a project.
 * @throws {YAMLParseError} for invalid YAML, also for an alias without an anchor, as `*this*` is read, and for aliases that grow
 * without end; the library throws a ReferenceError for these two
 */
export function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: "error" });
  } catch (failure) {
    if (failure instanceof ReferenceError) throw aliasError(text, failure.message);
    throw failure;
  }
}

function aliasError(text: string, message: string): YAMLParseError {
  const name = /^Unresolved alias .*: (.+)$/.exec(message)?.[1];
  const at = name === undefined ? 0 : Math.max(0, text.indexOf(`*${name}`));
  const reason = name === undefined ? message : `"*${name}" is an alias without an anchor: put a text into quotes.`;
  const error = new YAMLParseError([at, at], "BAD_ALIAS", reason);
  const before = text.slice(0, at).split("\n");
  const place = { line: before.length, col: (before.at(-1)?.length ?? 0) + 1 };
  error.linePos = [place];
  return error;
}
