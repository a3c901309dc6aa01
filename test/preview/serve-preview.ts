// The deployed form of the preview Worker on loopback, with the stand-in gate, for browser tests.
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { freePort } from "../../dev/ports.ts";
import { bundleWorker } from "../../dev/supervisor/builds.ts";
import type { SkippedFile } from "../../worker/contract/imports.ts";
import type { BuildReport, SourceFile } from "../../worker/contract/preview-rpc.ts";
import { publicLabelOf } from "../../worker/contract/public-label.ts";
import { treeMessage } from "../../worker/preview/tree-message.ts";
import { previewWorkerOptions } from "./worker-options.ts";

/** Folder of the Worker's caches between runs: packages and bundled compilers. Without it they are empty at each start. */
const CACHE = process.env.EDGESMITH_PREVIEW_CACHE;

/** A project's files by path: text, or bytes of any kind. */
export type ProjectFiles = Record<string, string | Uint8Array>;

/** Result of a build: its URL, its report, and how long the caller waited for it. */
export type ReportedBuild = { url: string; report: BuildReport; durationMs: number };

export type ServedPreview = {
  /** Origin of a project's app. */
  originOf(projectId: string): string;
  /** Stores a project's files and returns the link that opens them. */
  put(projectId: string, files: ProjectFiles): Promise<string>;
  /** Stores a project's files and publishes them; returns their public origin. */
  publish(projectId: string, files: ProjectFiles): Promise<string>;
  /** Stores a project's files as one revision, builds them for the preview, and returns the link that opens them. */
  build(projectId: string, files: ProjectFiles, revision?: number, skipped?: SkippedFile[]): Promise<ReportedBuild>;
  /** The same for the public origin. `revision` must grow with each call of one project. */
  release(projectId: string, files: ProjectFiles, revision?: number, skipped?: SkippedFile[]): Promise<ReportedBuild>;
  /** Removes all that is kept of a project. */
  forget(projectId: string): Promise<void>;
  /** The most WebAssembly memory that the bundler has held, in bytes. */
  bundlerPeakBytes(): Promise<number>;
  stop(): Promise<void>;
};

/**
 * @param appUrl origin of the page that frames previews
 * @param inspectorPort where the runtime's inspector listens; it has none without
 */
export async function servePreview(
  appUrl: string,
  npmRegistry: string,
  inspectorPort?: number,
): Promise<ServedPreview> {
  const port = await freePort();
  const { miniflare } = previewWorkerOptions(npmRegistry, await bundleWorker("types"));
  const options = convertV4MiniflareOptions({
    port,
    host: "127.0.0.1",
    ...(CACHE === undefined ? {} : { cachePersist: CACHE }),
    ...(inspectorPort === undefined ? {} : { inspectorPort, inspectorHost: "127.0.0.1" }),
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
        r2Buckets: ["FILES"],
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
  const gate = await runtime.getWorker("edgesmith-api");
  const send = async (
    method: GateMethod,
    projectId: string,
    files: ProjectFiles,
    revision: number,
    skipped: SkippedFile[] = [],
  ) => {
    // As the API Worker sends it: without the largest assets of a tree that is too large for one message.
    const tree = treeMessage({ projectId, revision, files: Object.entries(files).map(sourceFile), skipped });
    const body = JSON.stringify(tree);
    const response = await gate.fetch("http://gate.invalid/", { method, body });
    const answer = await response.text();
    if (!response.ok) throw new Error(`the stand-in gate answered ${response.status}: ${answer}`);
    return answer;
  };
  const reported = async (...sent: Parameters<typeof send>) => {
    const from = performance.now();
    const report: BuildReport = JSON.parse(await send(...sent));
    return { report, durationMs: performance.now() - from };
  };
  const publicOriginOf = (projectId: string) => originOf(publicLabelOf(projectId));
  const linkOf = (projectId: string, revision: number) =>
    `${originOf(projectId.replace("_", "-"))}/__edgesmith/enter?token=${projectId}%40${revision}`;
  return {
    originOf,
    publish: async (projectId, files) => {
      await send("POST", projectId, files, 1);
      return publicOriginOf(projectId);
    },
    put: async (projectId, files) => {
      await send("PUT", projectId, files, 1);
      return linkOf(projectId, 1);
    },
    build: async (projectId, files, revision = 1, skipped = []) => ({
      ...(await reported("PATCH", projectId, files, revision, skipped)),
      url: linkOf(projectId, revision),
    }),
    release: async (projectId, files, revision = 1, skipped = []) => ({
      ...(await reported("POST", projectId, files, revision, skipped)),
      url: publicOriginOf(projectId),
    }),
    forget: async (projectId) => {
      await send("DELETE", projectId, {}, 0);
    },
    bundlerPeakBytes: async () => Number(await (await gate.fetch("http://gate.invalid/")).text()),
    stop: () => runtime.dispose(),
  };
}

/**
 * The stand-in gate's operations on a tree: store it, store and build it, store and publish it, or delete its project.
 */
type GateMethod = "PUT" | "PATCH" | "POST" | "DELETE";

/** A file as the contract has it: text where the bytes are clean UTF-8, as the API Worker stores it. */
function sourceFile([path, content]: [string, string | Uint8Array]): SourceFile {
  if (typeof content === "string") return { path, content, encoding: "utf-8" };
  const bytes = Buffer.from(content);
  return isUtf8(bytes)
    ? { path, content: bytes.toString("utf8"), encoding: "utf-8" }
    : { path, content: bytes.toString("base64"), encoding: "base64" };
}

/** Wrangler's bundle: one script, and the files it imports. */
function modulesIn(folder: string) {
  const types = { js: "ESModule", wasm: "CompiledWasm", txt: "Text" } as const;
  const modules = Object.entries(types).flatMap(([extension, type]) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(`.${extension}`))
      .map((name) => ({ type, path: join(folder, name), contents: readFileSync(join(folder, name)) })),
  );
  return { modulesRoot: folder, modules };
}
