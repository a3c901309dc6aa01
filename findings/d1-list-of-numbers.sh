#!/usr/bin/env bash
# D1 in miniflare 5.20261102.0-beta (workerd 1.20261102.1): a list as the value of one parameter, as in `WHERE id IN (?)`.
#
# A list of strings is refused (D1_TYPE_ERROR), as is a list containing a number that is not a byte. A list of integers up to 255 is bound
# as a blob of them: the query returns no rows and no error. So it never finds a table's first 255 ids, and tests with small ids show a
# different fault than production.
#
# Seen: see the last lines.
# Way out: `IN (SELECT value FROM json_each(?))` with `JSON.stringify(list)`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `export default {
  async fetch(_, { DB }) {
    await DB.exec("CREATE TABLE items (id INTEGER PRIMARY KEY)");
    await DB.exec("INSERT INTO items VALUES (1), (2), (300)");
    const found = async (sql, list) => {
      try {
        return (await DB.prepare(sql).bind(list).all()).results.length + " rows";
      } catch ({ message }) {
        return message.split(":")[0];
      }
    };
    const { kind, bytes } = await DB.prepare("SELECT typeof(?1) AS kind, hex(?1) AS bytes").bind([1, 2]).first();
    return Response.json({
      numbers: await found("SELECT * FROM items WHERE id IN (?)", [1, 2]),
      large: await found("SELECT * FROM items WHERE id IN (?)", [1, 300]),
      texts: await found("SELECT * FROM items WHERE id IN (?)", ["1", "2"]),
      json: await found("SELECT * FROM items WHERE id IN (SELECT value FROM json_each(?))", "[1,2]"),
      bound: kind + " " + bytes,
    });
  },
};`;
const miniflare = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", d1Databases: ["DB"] }),
);
console.log(await (await miniflare.dispatchFetch("http://localhost/")).text());
await miniflare.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '{"numbers":"0 rows","large":"D1_TYPE_ERROR","texts":"D1_TYPE_ERROR","json":"2 rows","bound":"blob 0102"}' ] || { echo "The behaviour has changed."; exit 1; }
