#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: SQLite in a Durable Object, `LIKE` and `GLOB`.
#
# A pattern can have at most 50 bytes; SQLite's own limit is 50,000. A search field with `name LIKE '%' || ? || '%'` works in every test,
# and throws as soon as somebody pastes a sentence, or about 24 Greek letters. The limit applies to the pattern, not to the text that it is
# compared with.
#
# Seen: see the last lines.
# Way out: `instr(lower(name), lower(?)) > 0`, which has no such limit; or refuse longer searches in the form.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
export class Shop extends DurableObject {
  search(condition, text) {
    try {
      return this.ctx.storage.sql.exec("SELECT " + condition + " AS found", "a long name", text).one().found;
    } catch (error) {
      return error.message;
    }
  }
}
export default {
  async fetch(_, env) {
    const shop = env.SHOP.getByName("one");
    const like = "? LIKE '%' || ? || '%'";
    const instr = "instr(?, ?) > 0";
    const lines = [];
    for (const [name, condition, text] of [
      ["LIKE", like, "x".repeat(48)],
      ["LIKE", like, "x".repeat(49)],
      ["LIKE", like, "λ".repeat(25)],
      ["instr", instr, "x".repeat(49)],
    ])
      lines.push(name + ", " + text.length + " characters: " + (await shop.search(condition, text)));
    return new Response(lines.join("\\n"));
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    durableObjects: { SHOP: { className: "Shop", useSQLite: true } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'LIKE, 48 characters: 0
LIKE, 49 characters: LIKE or GLOB pattern too complex: SQLITE_ERROR
LIKE, 25 characters: LIKE or GLOB pattern too complex: SQLITE_ERROR
instr, 49 characters: 0' ] || { echo "The behaviour has changed."; exit 1; }
