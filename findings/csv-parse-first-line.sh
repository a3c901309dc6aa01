#!/usr/bin/env bash
# csv-parse 7.0.3: the first line decides how all lines end, and `cast: true` reads some numbers as 0.
#
# Without `record_delimiter`, the first line's ending applies to all lines. If one program wrote a file with LF and another continued it
# with CRLF, each last column of the second part gets a carriage return, without an error. The reverse causes an error about the number of
# columns, because three lines become one. `cast: true` uses arithmetic to test whether a string is a number and `parseFloat` to read it:
# hexadecimal, octal and binary numbers become 0, and a twenty-digit identifier loses its last digits.
#
# Seen: see the last lines.
# Way out: `record_delimiter: ["\r\n", "\n", "\r"]` (worker/preview/data/import-table.ts), and a `cast` of one's own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error csv-parse@7.0.3 > /dev/null
cat > run.mjs <<'JS'
import { parse } from "csv-parse/sync";

const show = (csv, options) => {
  try {
    console.log(JSON.stringify(parse(csv, options)));
  } catch (error) {
    console.log(error.code);
  }
};
const every = { record_delimiter: ["\r\n", "\n", "\r"] };
show("id,name\n1,Ada\r\n2,Bob\n", {});
show("id,name\n1,Ada\r\n2,Bob\n", every);
show("id,name\r\n1,Ada\n2,Bob\r\n", {});
show("id,name\r\n1,Ada\n2,Bob\r\n", every);
show("0x10,0o17,0b11,007,12345678901234567890", { cast: true });
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '[["id","name"],["1","Ada\r"],["2","Bob"]]
[["id","name"],["1","Ada"],["2","Bob"]]
CSV_RECORD_INCONSISTENT_FIELDS_LENGTH
[["id","name"],["1","Ada"],["2","Bob"]]
[[0,0,0,7,12345678901234567000]]' ] || { echo "The behaviour has changed."; exit 1; }
