// How the preview Worker is put into a test: the real one, with a stand-in for the API Worker's entry point.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

const fromHere = (path: string) => fileURLToPath(import.meta.resolve(path));

/** Options for `cloudflareTest`; its `globalSetup` is `test/preview/global-setup.ts`. */
export function previewWorkerOptions(npmRegistry: string) {
  const gate = stripTypeScriptTypes(readFileSync(fromHere("./stand-in-gate.ts"), "utf8"));
  return {
    main: fromHere("../../preview/index.ts"),
    wrangler: { configPath: fromHere("../../preview/wrangler.toml") },
    miniflare: {
      bindings: { APP_URL: "http://localhost:8787", PREVIEW_DOMAIN: "localhost:8788", NPM_REGISTRY: npmRegistry },
      serviceBindings: { API: { name: "edgesmith-api", entrypoint: "PreviewGate" } },
      workers: [
        {
          name: "edgesmith-api",
          modules: [{ type: "ESModule" as const, path: "/gate/gate.js", contents: gate }],
          modulesRoot: "/gate",
          compatibilityDate: "2026-11-01",
        },
      ],
    },
  };
}
