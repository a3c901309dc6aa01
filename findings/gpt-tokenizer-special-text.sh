#!/usr/bin/env bash
# gpt-tokenizer 4.0.0, `encode`, `countTokens` and `isWithinTokenLimit` with text that a person typed.
#
# A text that contains the name of a special token, such as a question about language models, is refused instead of counted: they throw. So
# a builder that counts a prompt before sending it fails on such a prompt, or on a project file that mentions one.
#
# Seen: see the last lines.
# Way out: `{ disallowedSpecial: new Set() }` counts it as the text that it is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error gpt-tokenizer@4.0.0 > /dev/null
cat > run.mjs <<'JS'
import { countTokens, encode, isWithinTokenLimit } from "gpt-tokenizer";

const special = `<|${["end", "of", "text"].join("")}|>`;
const text = `Explain ${special} to me`;
const outcome = (count) => {
  try {
    return count();
  } catch (error) {
    return error.message.replace(special, "…");
  }
};
console.log(`encode: ${outcome(() => encode(text).length)}`);
console.log(`countTokens: ${outcome(() => countTokens(text))}`);
console.log(`isWithinTokenLimit: ${outcome(() => isWithinTokenLimit(text, 100))}`);
console.log(`as a text: ${outcome(() => encode(text, { disallowedSpecial: new Set() }).length)}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'encode: Disallowed special token found: …
countTokens: Disallowed special token found: …
isWithinTokenLimit: Disallowed special token found: …
as a text: 10' ] || { echo "The behaviour has changed."; exit 1; }
