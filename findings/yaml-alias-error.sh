#!/usr/bin/env bash
# yaml 2.9.1: a text that begins with an asterisk, as `title: *New* in May`, which YAML reads as an alias.
#
# `parse` throws a ReferenceError instead of a YAMLParseError, so it bypasses a handler for malformed files, and it has no position.
# `parseDocument` finds no error at all: its `errors` are empty, and `toJS()` throws.
#
# Seen: see the last lines.
# Way out: take a ReferenceError of both for a broken file; its message ends with the alias's name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error yaml@2.9.1 > /dev/null
cat > run.mjs <<'JS'
import { parse, parseDocument, YAMLParseError } from "yaml";

const kindOf = (work) => {
  try {
    work();
    return "nothing";
  } catch (error) {
    return `${error.name}${error instanceof YAMLParseError ? `, line ${error.linePos[0].line}` : ""}`;
  }
};
console.log(`broken list: ${kindOf(() => parse("a: 1\nb: [1,\n"))}`);
console.log(`alias: ${kindOf(() => parse("a: 1\nb: *new*\n"))}`);
const document = parseDocument("a: 1\nb: *new*\n");
console.log(`document: ${document.errors.length} errors, toJS ${kindOf(() => document.toJS())}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'broken list: YAMLParseError, line 3
alias: ReferenceError
document: 0 errors, toJS ReferenceError' ] || { echo "The behaviour has changed."; exit 1; }
