// The preview Worker as it is deployed, on loopback, with the stand-in gate: for tests that look at it with a browser.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { freePort } from "../../dev/ports.ts";
import { bundleWorker } from "../../dev/supervisor/builds.ts";
import { publicLabelOf } from "../../worker/contract/public-label.ts";
import { previewWorkerOptions } from "./worker-options.ts";

export type ServedPreview = {
  /** Origin of a project's app. */
  originOf(projectId: string): string;
  /** Puts a project's files and gives the link that opens them. */
  put(projectId: string, files: Record<string, string>): Promise<string>;
  /** Puts a project's files and publishes them; gives their public origin. */
  publish(projectId: string, files: Record<string, string>): Promise<string>;
  stop(): Promise<void>;
};

/** @param appUrl origin of the page that frames previews */
export async function servePreview(appUrl: string, npmRegistry: string): Promise<ServedPreview> {
  const port = await freePort();
  const { miniflare } = previewWorkerOptions(npmRegistry, await bundleWorker("types"));
  const options = convertV4MiniflareOptions({
    port,
    host: "127.0.0.1",
    workers: [
      {
        name: "edgesmith-preview",
        ...modulesIn(await bundleWorker("preview")),
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat", "enable_request_signal"],
        durableObjects: {
          APPS: { className: "PreviewApp", useSQLite: true },
          PUBLIC_APPS: { className: "PublicApp", useSQLite: true },
        },
        workerLoaders: { LOADER: {} },
        serviceBindings: miniflare.serviceBindings,
        bindings: { ...miniflare.bindings, APP_URL: appUrl, PREVIEW_DOMAIN: `localhost:${port}` },
      },
      ...miniflare.workers.map((worker) => ({
        ...worker,
        serviceBindings: { BUILDER: { name: "edgesmith-preview", entrypoint: "Builder" } },
      })),
    ],
  });
  const runtime = new Miniflare(options);
  await runtime.ready;
  const originOf = (projectId: string) => `http://${projectId}.localhost:${port}`;
  const send = async (method: "PUT" | "POST", projectId: string, files: Record<string, string>) => {
    const list = Object.entries(files).map(([path, content]) => ({ path, content, encoding: "utf-8" }));
    const gate = await runtime.getWorker("edgesmith-api");
    const body = JSON.stringify({ projectId, revision: 1, files: list });
    await gate.fetch("http://gate.invalid/", { method, body });
  };
  return {
    originOf,
    publish: async (projectId, files) => {
      await send("POST", projectId, files);
      return originOf(publicLabelOf(projectId));
    },
    put: async (projectId, files) => {
      await send("PUT", projectId, files);
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
