// Runs the real preview Worker in tests, with a stand-in for the API Worker's entry point.
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledModules } from "../../dev/supervisor/bundled-modules.ts";

const fromHere = (path: string) => fileURLToPath(import.meta.resolve(path));

/** Options for `cloudflareTest`; its `globalSetup` is `test/preview/global-setup.ts`. */
export function previewWorkerOptions(npmRegistry: string, typesBundle: string) {
  const gate = stripTypeScriptTypes(readFileSync(fromHere("./stand-in-gate.ts"), "utf8"));
  return {
    main: fromHere("../../preview/index.ts"),
    wrangler: { configPath: fromHere("../../preview/wrangler.toml") },
    miniflare: {
      bindings: { APP_URL: "http://localhost:8787", PREVIEW_DOMAIN: "localhost:8788", NPM_REGISTRY: npmRegistry },
      // An app's own databases and namespaces are compared with these.
      d1Databases: Array.from({ length: 20 }, (_, index) => `REFERENCE_D1_${index}`),
      kvNamespaces: ["REFERENCE_KV"],
      serviceBindings: {
        API: { name: "edgesmith-api", entrypoint: "PreviewGate" },
        TYPES: { name: "edgesmith-types", entrypoint: "TypeChecker" },
      },
      workers: [
        {
          name: "edgesmith-api",
          modules: [{ type: "ESModule" as const, path: "/gate/gate.js", contents: gate }],
          modulesRoot: "/gate",
          compatibilityDate: "2026-11-01",
        },
        typesWorker(typesBundle),
      ],
    },
  };
}

/** The Worker that checks types, as `bundleWorker("types")` left it. */
export function typesWorker(bundle: string) {
  return {
    name: "edgesmith-types",
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat"],
    modulesRoot: bundle,
    modules: bundledModules(bundle).map(({ type, file }) => ({ type, path: join(bundle, file) })),
  };
}
