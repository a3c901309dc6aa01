import { builtinModules } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { peerFolder } from "./install.ts";

/** Bundles the peer's Worker for production, with wrangler's resolve conditions. */
export async function bundlePeer(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(peerFolder, "worker.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*", ...builtinModules],
    define: { "process.env.NODE_ENV": '"production"' },
    // One package is CommonJS and requires a module of Node.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
    logLevel: "error",
  });
}
