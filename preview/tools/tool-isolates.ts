import type { Plugin } from "esbuild-wasm";
import { bundle } from "../engine/bundle.ts";
import { type MountedProject, mountProject } from "../engine/mounted-project.ts";
import { NODE_MODULE } from "../engine/specifiers.ts";
import { type Installation, planInstallation } from "../packages/install-packages.ts";
import type { Registry } from "../packages/registry.ts";
import { ContentCache, contentKey } from "./content-cache.ts";
import { MAX_MADE, MAX_PASSES, type MadeFunction, madeModules } from "./made-code.ts";
import { packageEdits } from "./package-edits.ts";
import { type Tool, ToolFailure, type ToolHost, type ToolRunner } from "./tool-runner.ts";

const COMPATIBILITY_DATE = "2026-11-01";
/** Maximum CPU time of one run; the local runtime does not enforce it. */
const CPU_MS = 8_000;
/** Timeout of one run, callbacks included. */
const RUN_MS = 15_000;
/** Timeout of one tool's bundling, packages included: a plugin of a package may bring a whole build program. */
const BUNDLE_MS = 60_000;
const KEPT_SECONDS = 30 * 24 * 60 * 60;
const KEPT_BUNDLES = 12;
const KEPT_ANSWER_BYTES = 4 * 2 ** 20;
/** Part of the key of a bundle: raise it when the same tool would be bundled into something else. */
const BUNDLER = "7";

const MAIN = `import { WorkerEntrypoint } from "cloudflare:workers";
import wantedCode from "./recorder.js";
import { run } from "./tool.js";
export class Tool extends WorkerEntrypoint {
  async run(request, host) {
    try {
      return { answer: await run(request, host), wanted: wantedCode() };
    } catch (failure) {
      return { failure: failure instanceof Error ? failure.message : String(failure) };
    }
  }
}
export default { fetch: () => new Response(null, { status: 404 }) };
`;

/** `wanted`: functions that the tool's code asked for by strings. */
type Outcome<Answer> = { answer: Answer; wanted: MadeFunction[] } | { failure: string };
type ToolEntrypoint = { run(request: unknown, host: ToolHost): Promise<Outcome<unknown>> };

/** Cached results of tools in this isolate, by tool and request. */
const answers = new ContentCache<unknown>(KEPT_ANSWER_BYTES);
/** Bundled tools of this isolate by key, least recently used first. */
const bundles = new Map<string, string>();

/** Runs tools in isolates of the Worker Loader, each bundled once with its packages from the registry. */
export class ToolIsolates implements ToolRunner {
  readonly #loader: WorkerLoader;
  readonly #registry: Registry;

  constructor(loader: WorkerLoader, registry: Registry) {
    this.#loader = loader;
    this.#registry = registry;
  }

  /** A tool's result is cacheable unless the tool calls back or keeps state. */
  async run<Answer>(tool: Tool, request: unknown, host?: ToolHost): Promise<Answer> {
    const toolKey = await keyOf(tool);
    if (host !== undefined || tool.keepsState === true) return this.#ask(tool, toolKey, request, host);
    const key = `${toolKey} ${await contentKey(request)}`;
    const known = answers.get(key);
    if (known !== undefined) return known as Answer;
    const answer = await this.#ask<Answer>(tool, toolKey, request);
    answers.set(key, answer, 2 * JSON.stringify(answer ?? null).length);
    return answer;
  }

  async #ask<Answer>(tool: Tool, key: string, request: unknown, host: ToolHost = {}): Promise<Answer> {
    const run = (made: MadeFunction[] | null) => this.#runOnce<Answer>(tool, key, { request, host, made });
    if (tool.makesCode !== true) return (await run(null)).answer;
    const made: MadeFunction[] = [];
    for (let pass = 0; pass < MAX_PASSES && JSON.stringify(made).length < MAX_MADE; pass++) {
      const { answer, wanted } = await run(made).catch((failure: unknown) => failedPass<Answer>(failure, made));
      if (wanted === null) break;
      if (wanted.length === 0) return answer;
      made.push(...wanted);
    }
    return (await run(null)).answer;
  }

  /** @param made the functions that the tool may make from strings; null lets the runtime refuse them */
  async #runOnce<Answer>(
    tool: Tool,
    key: string,
    { request, host, made }: { request: unknown; host: ToolHost; made: MadeFunction[] | null },
  ): Promise<{ answer: Answer; wanted: MadeFunction[] }> {
    const script = await this.#bundleOf(tool, key);
    const own = tool.keepsState === true ? `tool-${key}-${await contentKey(request)}` : `tool-${key}`;
    const id = made === null ? own : `${own}-${await contentKey(made)}`;
    const isolate = this.#loader.get(id, () => ({
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: ["nodejs_compat"],
      mainModule: "main.js",
      modules: {
        "main.js": { js: MAIN },
        "tool.js": { js: script },
        ...(made === null ? { "recorder.js": { js: "export default () => [];" } } : madeModules(made)),
      },
      globalOutbound: null,
      limits: { cpuMs: tool.cpuMs ?? CPU_MS, subRequests: 0 },
    }));
    const entrypoint = isolate.getEntrypoint("Tool") as unknown as ToolEntrypoint;
    const outcome = await withinTime(entrypoint.run(request, host), tool);
    if ("failure" in outcome) throw new ToolFailure(outcome.failure);
    return { answer: outcome.answer as Answer, wanted: outcome.wanted };
  }

  async #bundleOf(tool: Tool, key: string): Promise<string> {
    const script = bundles.get(key) ?? (await kept(key)) ?? (await this.#bundleAndKeep(tool, key));
    bundles.delete(key);
    bundles.set(key, script);
    for (const old of [...bundles.keys()].slice(0, -KEPT_BUNDLES)) bundles.delete(old);
    return script;
  }

  async #bundleAndKeep(tool: Tool, key: string): Promise<string> {
    const script = await this.#bundle(tool);
    await keep(key, script);
    return script;
  }

  async #bundle({ name, entry, packages, files = new Map(), replaced = {} }: Tool): Promise<string> {
    const installation = await planInstallation({ wanted: packages, overrides: OVERRIDES }, this.#registry, null);
    const project = mountProject(
      new Map([...files].map(([path, text]) => [path.replace(/^(\/project\/)?/, "project/"), text])),
      {
        root: "",
        publicFolder: null,
        compilerOptions: {},
        packages: installation.packages,
        workspace: installation.workspace,
        filesOf: installation.filesOf,
        deadline: AbortSignal.timeout(BUNDLE_MS),
      },
    );
    try {
      project.files.put(project.at("entry.js"), entry);
      const { built, diagnostics } = await bundle(project, toolOptions(project, installation, replaced));
      const script = built?.outputFiles.find(({ path }) => path.endsWith(".js"))?.text;
      if (script !== undefined) return script;
      const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
      // Each module of a package that is missing has the package's reason.
      const reasons = new Map(errors.map((message) => [message.replace(/^Cannot import "[^"]*": /, ""), message]));
      throw new ToolFailure(`${name} cannot be prepared: ${[...reasons.values()].join(" ")}`);
    } catch (failure) {
      if (!(failure instanceof DOMException && failure.name === "TimeoutError")) throw failure;
      throw new ToolFailure(`${name} cannot be prepared: it is too large.`);
    } finally {
      project.release();
    }
  }
}

/** The result of a pass that threw: the functions that it had may not be valid ones, and then the runtime's refusal says why. */
function failedPass<Answer>(failure: unknown, made: MadeFunction[]): { answer: Answer; wanted: null } {
  if (made.length === 0 || !(failure instanceof ToolFailure)) throw failure;
  return { answer: undefined as Answer, wanted: null };
}

const toolOptions = (project: MountedProject, { missing }: Installation, replaced: Record<string, string>) => ({
  side: "tool" as const,
  mode: "production" as const,
  entries: [project.at("entry.js")],
  publicPath: "/",
  // A module of an isolate has no address, and packages make their require and paths of it as soon as they are imported.
  define: {
    "process.env.NODE_ENV": '"production"',
    "import.meta.url": '"file:///tool.js"',
    "import.meta.filename": '"/tool.js"',
    "import.meta.dirname": '"/"',
  },
  missing,
  plugins: [...replacedModules(replaced, project), nodeModules, packageEdits((path) => project.files.readText(path))],
});

function replacedModules(replaced: Record<string, string>, project: MountedProject): Plugin[] {
  const names = Object.keys(replaced);
  if (names.length === 0) return [];
  const filter = new RegExp(`^(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})$`);
  const setup: Plugin["setup"] = (build) =>
    build.onResolve({ filter }, ({ path, importer }) => {
      const standIn = project.at(`project/${replaced[path]}`);
      // A stand-in may import the module that it replaces.
      return importer === standIn ? undefined : { path: standIn };
    });
  return [{ name: "replaced-modules", setup }];
}

/** A bundle in a Worker reaches Node's modules by import only, while packages also ask for them with `require`. */
const nodeModules: Plugin = {
  name: "node-modules",
  setup(build) {
    build.onResolve({ filter: NODE_MODULE }, ({ path, kind }) => {
      const named = path.replace(/^(node:)?/, "node:");
      return kind === "require-call" ? { path: named, namespace: "node-module" } : { path: named, external: true };
    });
    build.onLoad({ filter: /.*/, namespace: "node-module" }, ({ path }) => ({
      contents: `import all from "${path}"; module.exports = all;`,
      loader: "js",
    }));
  },
};

/** Versions before 0.9 of es-module-lexer have no build without WebAssembly; 0.10 returns all that they do. */
const OVERRIDES = { "es-module-lexer@<0.9.0": "0.10.5" };

/** An isolate's id is its content, so that the same id always means the same code. */
async function keyOf({ name, entry, packages, files = new Map(), replaced }: Tool): Promise<string> {
  const parts = [BUNDLER, entry, Object.entries(packages).sort(), [...files].sort()];
  return `${name}-${await digestOf(replaced === undefined ? parts : [...parts, replaced])}`;
}

async function digestOf(value: unknown): Promise<string> {
  const content = new TextEncoder().encode(JSON.stringify(value));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const addressOf = (key: string): string => `https://tools.invalid/${key}`;

async function kept(key: string): Promise<string | undefined> {
  const cache = await caches.open("tools");
  return (await cache.match(addressOf(key)))?.text();
}

async function keep(key: string, script: string): Promise<void> {
  const cache = await caches.open("tools");
  await cache.put(addressOf(key), new Response(script, { headers: { "Cache-Control": `max-age=${KEPT_SECONDS}` } }));
}

async function withinTime<T>(work: Promise<T>, { name, maxMs = RUN_MS }: Tool): Promise<T> {
  const late = Symbol();
  const outcome = await Promise.race([
    work.catch((failure: unknown) => fail(name, failure)),
    scheduler.wait(maxMs).then(() => late),
  ]);
  if (outcome === late) throw new ToolFailure(`${name} did not end within ${maxMs / 1_000} s.`);
  return outcome as T;
}

function fail(name: string, failure: unknown): never {
  // The runtime's error for a promise that can never settle.
  if (failure instanceof Error && failure.message.includes("would never generate a response"))
    throw new ToolFailure(`${name} waits for something that never comes.`);
  throw new ToolFailure(`${name} could not be run: ${failure instanceof Error ? failure.message : String(failure)}`);
}
