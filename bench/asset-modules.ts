// Wrangler bundles Markdown and binary files as modules. This makes Node load them the same way, for the whole process.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const isAsset = /\.(md|bin)$/;

registerHooks({
  load(url, context, next) {
    if (!isAsset.test(url)) return next(url, context);
    return { format: "module", source: moduleOf(url), shortCircuit: true };
  },
});

const moduleOf = (url: string): string =>
  url.endsWith(".md")
    ? `export default ${JSON.stringify(readFileSync(new URL(url), "utf8"))};`
    : `export default Uint8Array.from(atob("${readFileSync(new URL(url)).toString("base64")}"), (letter) => letter.charCodeAt(0));`;
