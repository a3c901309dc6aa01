#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: HTMLRewriter.
#
# It sees the source, not the document that a browser builds from it. `getAttribute` returns the source text, including `&amp;`, so a URL
# that a program reads with it and requests is a different one. It also does not supply optional end tags: a list's second item counts as
# inside the first, `li li` selects it, and the first item ends only where the list does.
#
# Seen: see the last lines.
# Way out: decode what is read (preview/vite/read-page.ts), and select nothing by nesting where end tags may be missing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `export default {
  async fetch() {
    const seen = [];
    const html = "<ul><li>one<li>two</ul><a href='/search?q=tea&amp;page=2'>next</a>";
    const rewriter = new HTMLRewriter()
      .on("li", { element: (item) => item.onEndTag(() => seen.push("end of an item")) })
      .on("li li", { element: () => seen.push("an item inside an item") })
      .on("a", { element: (link) => seen.push(link.getAttribute("href")) });
    await rewriter.transform(new Response(html)).text();
    return new Response(seen.join(String.fromCharCode(10)));
  },
};`;
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01" }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'an item inside an item
end of an item
end of an item
/search?q=tea&amp;page=2' ] || { echo "The behaviour has changed."; exit 1; }
