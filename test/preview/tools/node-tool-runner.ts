// A ToolRunner for tests: packages come from npm into a folder of the system's temporary files, native esbuild bundles them,
// and the bundle runs in an isolate that the Worker Loader of a real workerd starts.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { convertV4MiniflareOptions, Miniflare, Response } from "miniflare";
import { type Tool, ToolFailure, type ToolHost, type ToolRunner } from "../../../preview/tools/tool-runner.ts";

/** Size of a tool, and the duration of its first and latest run without bundling. */
type ToolMeasure = { bytes: number; gzipBytes: number; bundleMs: number; firstRunMs: number; lastRunMs: number };

export type NodeToolRunner = ToolRunner & {
  /** By the tool's name. */
  measures: Map<string, ToolMeasure>;
  stop(): Promise<void>;
};

type Bundle = { id: string; code: string; bundleMs: number };

const PACKAGES_DIR = join(tmpdir(), "edgesmith-tool-packages");
const execute = promisify(execFile);
const COMPATIBILITY_DATE = "2026-11-01";

/** Loads the bundle that the binding HOST holds under an id, runs it, and passes its calls of host functions on to HOST. */
const LOADER_WORKER = `
import { WorkerEntrypoint } from "cloudflare:workers";
const ask = async (env, path, body) => {
  const answer = await env.HOST.fetch("http://host/" + path, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
export default {
  async fetch(incoming, env) {
    const { id, call, request, names } = await incoming.json();
    const tool = env.LOADER.get(id, async () => ({
      compatibilityDate: "${COMPATIBILITY_DATE}",
      compatibilityFlags: ["nodejs_compat"],
      mainModule: "main.js",
      modules: (await ask(env, "code", { id })).modules,
      globalOutbound: null,
    }));
    const host = Object.fromEntries(
      names.map((name) => [name, async (...values) => (await ask(env, "call", { call, name, values })).value]),
    );
    try {
      return Response.json({ answer: await tool.getEntrypoint().run(request, host) });
    } catch (error) {
      return Response.json({ failure: String(error?.message ?? error) });
    }
  },
};`;

const TOOL_MAIN = `
import { WorkerEntrypoint } from "cloudflare:workers";
// Imported statically: workerd makes code from strings while a Worker starts and not later, and Sass does so.
import { run } from "./tool.js";
export default class extends WorkerEntrypoint {
  run(request, host) {
    return run(request, host);
  }
}`;

export async function startNodeToolRunner(): Promise<NodeToolRunner> {
  const bundles = new Map<string, Promise<Bundle>>();
  const codes = new Map<string, string>();
  const hosts = new Map<string, ToolHost>();
  const measures = new Map<string, ToolMeasure>();
  let calls = 0;

  async function answerHost(request: { url: string; json(): Promise<unknown> }): Promise<Response> {
    const body = (await request.json()) as { id: string; call: string; name: string; values: unknown[] };
    if (new URL(request.url).pathname === "/code") {
      return Response.json({ modules: { "main.js": TOOL_MAIN, "tool.js": codes.get(body.id) } });
    }
    try {
      return Response.json({ value: (await hosts.get(body.call)?.[body.name]?.(...body.values)) ?? null });
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 500 });
    }
  }

  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: LOADER_WORKER,
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: ["nodejs_compat"],
      workerLoaders: { LOADER: {} },
      serviceBindings: { HOST: answerHost },
    }),
  );
  await runtime.ready;

  async function run<Answer>(tool: Tool, request: unknown, host: ToolHost = {}): Promise<Answer> {
    const id = idOf(tool);
    const bundling = bundles.get(id) ?? bundleTool(id, tool);
    bundles.set(id, bundling);
    const { code, bundleMs } = await bundling;
    codes.set(id, code);
    const call = String(++calls);
    hosts.set(call, host);
    const from = performance.now();
    const body = JSON.stringify({ id, call, request, names: Object.keys(host) });
    const response = await runtime.dispatchFetch("http://runner/", { method: "POST", body });
    const answer = (await response.json()) as { answer: Answer } | { failure: string };
    hosts.delete(call);
    measure(tool.name, code, bundleMs, performance.now() - from);
    if ("failure" in answer) throw new ToolFailure(`${tool.name}: ${answer.failure}`);
    return answer.answer;
  }

  function measure(name: string, code: string, bundleMs: number, lastRunMs: number): void {
    const known = measures.get(name);
    const sizes = known ?? { bytes: Buffer.byteLength(code), gzipBytes: gzipSync(code).byteLength };
    measures.set(name, { ...sizes, bundleMs, firstRunMs: known?.firstRunMs ?? lastRunMs, lastRunMs });
  }

  return { run, measures, stop: () => runtime.dispose() };
}

function idOf({ name, entry, packages, files }: Tool): string {
  const content = JSON.stringify([entry, packages, [...(files ?? [])]]);
  return `${name}-${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

async function bundleTool(id: string, tool: Tool): Promise<Bundle> {
  const folder = await installPackages(tool.packages);
  const from = performance.now();
  try {
    const { outputFiles } = await build({
      stdin: { contents: tool.entry, resolveDir: folder, sourcefile: "entry.js" },
      absWorkingDir: folder,
      bundle: true,
      write: false,
      minify: true,
      format: "esm",
      platform: "neutral",
      target: "es2024",
      mainFields: ["module", "main"],
      conditions: ["workerd", "worker", "module", "import"],
      define: { "process.env.NODE_ENV": '"production"' },
      logLevel: "silent",
      plugins: [nodeBuiltins, missingPackages, projectFiles(filesOf(tool), folder)],
    });
    const code = outputFiles[0]?.text ?? "";
    return { id, code, bundleMs: performance.now() - from };
  } catch (error) {
    throw new ToolFailure(`${tool.name}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The files of a tool by their absolute paths; some tools name them from the project's folder. */
const filesOf = ({ files = new Map<string, string>() }: Tool): Map<string, string> =>
  new Map([...files].map(([path, text]) => [path.replace(/^(\/project\/)?/, "/project/"), text]));

/** Installs packages once a machine and set of versions, and returns the folder that has them in node_modules. */
export function installPackages(packages: Record<string, string>): Promise<string> {
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  return makeOnce(manifest, async (folder) => {
    await writeFile(join(folder, "package.json"), manifest);
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", "--no-package-lock"];
    await execute("npm", ["install", ...flags], { cwd: folder });
  });
}

/**
 * Unpacks packages without their dependencies, once per machine and set of versions, and returns the folder with one
 * folder each.
 */
export function unpackPackages(packages: Record<string, string>): Promise<string> {
  const specs = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  return makeOnce(specs.join(" "), async (folder) => {
    const { stdout } = await execute("npm", ["pack", "--json", "--silent", ...specs], { cwd: folder });
    const packed: { filename: string }[] = Object.values(JSON.parse(stdout));
    for (const { filename } of packed) {
      await mkdir(join(folder, `${filename}.d`));
      await execute("tar", ["-xzf", join(folder, filename), "-C", join(folder, `${filename}.d`)]);
    }
  });
}

/** Fills a folder for `key`, or returns the existing one. */
async function makeOnce(key: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(PACKAGES_DIR, createHash("sha256").update(key).digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  await mkdir(PACKAGES_DIR, { recursive: true });
  const unfinished = await mkdtemp(join(PACKAGES_DIR, "new-"));
  await fill(unfinished);
  await rename(unfinished, folder).catch(async (error) => {
    // Another test file has made the same folder meanwhile.
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true });
  });
  return folder;
}

/** A bundle in a Worker reaches Node's modules by import only, while packages also ask for them with `require`. */
const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup(esbuild) {
    const filter =
      /^(node:.*|assert|async_hooks|buffer|child_process|constants|crypto|events|fs|fs\/promises|http|https|module|os|path|path\/posix|perf_hooks|process|querystring|readline|stream|string_decoder|tty|url|util|v8|vm|worker_threads|zlib)$/;
    esbuild.onResolve({ filter }, ({ path, kind }) => {
      const name = path.startsWith("node:") ? path : `node:${path}`;
      return kind === "require-call" ? { path: name, namespace: "node-builtin" } : { path: name, external: true };
    });
    esbuild.onLoad({ filter: /.*/, namespace: "node-builtin" }, ({ path }) => ({
      contents: `import all from "${path}"; module.exports = all;`,
    }));
  },
};

/** Importing a package that is not installed fails at the import, as its author expects. */
const missingPackages: Plugin = {
  name: "missing-packages",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, async ({ path, kind, ...options }) => {
      if (options.pluginData === missingPackages || kind !== "require-call") return null;
      const found = await esbuild.resolve(path, { ...options, kind, pluginData: missingPackages });
      return found.errors.length > 0 ? { path, namespace: "missing" } : found;
    });
    esbuild.onLoad({ filter: /.*/, namespace: "missing" }, ({ path }) => ({
      contents: `throw new Error("Cannot find the package ${path}");`,
    }));
  },
};

function projectFiles(files: ReadonlyMap<string, string>, packagesFolder: string): Plugin {
  const extensions = ["", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".json"];
  return {
    name: "project-files",
    setup(esbuild) {
      esbuild.onResolve({ filter: /^(\/project\/|\.)/ }, ({ path, importer, namespace }) => {
        if (namespace !== "project" && !path.startsWith("/project/")) return null;
        const base = posix.resolve(posix.dirname(importer), path);
        const found = extensions.map((extension) => base + extension).find((candidate) => files.has(candidate));
        return found === undefined ? null : { path: found, namespace: "project" };
      });
      esbuild.onLoad({ filter: /.*/, namespace: "project" }, ({ path }) => ({
        contents: files.get(path) ?? "",
        loader: /\.[cm]?ts$/.test(path) ? "ts" : path.endsWith(".json") ? "json" : "js",
        resolveDir: packagesFolder,
      }));
    },
  };
}
