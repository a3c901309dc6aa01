#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: the content type of a File that is put into R2.
#
# A File from a form knows its type, and `put` accepts the File. R2 does not store its type, nor that of a Blob: `httpMetadata` is empty,
# and `writeHttpMetadata` later sends the upload without Content-Type, so browsers guess or download it.
#
# Seen: see the last lines.
# Way out: put(key, file, { httpMetadata: { contentType: file.type } }).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `export default {
  async fetch(request, env) {
    const lines = [];
    const form = new FormData();
    form.append("upload", new File(["<p>Hello</p>"], "page.html", { type: "text/html" }));
    const upload = (await new Request("http://localhost/", { method: "POST", body: form }).formData()).get("upload");
    await env.R2.put("as it is", upload);
    await env.R2.put("with its type", upload, { httpMetadata: { contentType: upload.type } });
    lines.push("the file: " + upload.type);
    for (const key of ["as it is", "with its type"]) {
      const headers = new Headers();
      (await env.R2.get(key)).writeHttpMetadata(headers);
      lines.push(key + ": " + headers.get("content-type"));
    }
    return new Response(lines.join("\\n"));
  },
};`;
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", r2Buckets: ["R2"] }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'the file: text/html
as it is: null
with its type: text/html' ] || { echo "The behaviour has changed."; exit 1; }
