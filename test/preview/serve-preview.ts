// The preview Worker as it is deployed, on loopback, with the stand-in gate: for tests that look at it with a browser.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { freePort } from "../../dev/ports.ts";
import { bundleWorker } from "../../dev/supervisor/builds.ts";
import { previewWorkerOptions } from "./worker-options.ts";

export type ServedPreview = {
  /** Origin of a project's app. */
  originOf(projectId: string): string;
  /** Puts a project's files and gives the link that opens them. */
  put(projectId: string, files: Record<string, string>): Promise<string>;
  stop(): Promise<void>;
};

/** @param appUrl origin of the page that frames previews */
export async function servePreview(appUrl: string, npmRegistry: string): Promise<ServedPreview> {
  const port = await freePort();
  const { miniflare } = previewWorkerOptions(npmRegistry);
  const options = convertV4MiniflareOptions({
    port,
    host: "127.0.0.1",
    workers: [
      {
        name: "edgesmith-preview",
        ...modulesIn(await bundleWorker("preview")),
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat", "enable_request_signal"],
        durableObjects: { APPS: { className: "PreviewApp", useSQLite: true } },
        workerLoaders: { LOADER: {} },
        serviceBindings: miniflare.serviceBindings,
        bindings: { ...miniflare.bindings, APP_URL: appUrl, PREVIEW_DOMAIN: `localhost:${port}` },
      },
      ...miniflare.workers,
    ],
  });
  const runtime = new Miniflare(options);
  await runtime.ready;
  const originOf = (projectId: string) => `http://${projectId}.localhost:${port}`;
  return {
    originOf,
    put: async (projectId, files) => {
      const tree = {
        projectId,
        revision: 1,
        files: Object.entries(files).map(([path, content]) => ({ path, content, encoding: "utf-8" })),
      };
      const gate = await runtime.getWorker("edgesmith-api");
      await gate.fetch("http://gate.invalid/", { method: "PUT", body: JSON.stringify(tree) });
      return `${originOf(projectId)}/__edgesmith/enter?token=${projectId}%401`;
    },
    stop: () => runtime.dispose(),
  };
}

/** A bundle as wrangler leaves it: one script, and the files it imports. */
function modulesIn(folder: string) {
  const types = { js: "ESModule", wasm: "CompiledWasm", txt: "Text" } as const;
  const modules = Object.entries(types).flatMap(([extension, type]) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(`.${extension}`))
      .map((name) => ({ type, path: join(folder, name), contents: readFileSync(join(folder, name)) })),
  );
  return { modulesRoot: folder, modules };
}
