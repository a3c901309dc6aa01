// A tool runner in Node for tests: esbuild bundles a tool, and workerd runs it by the Worker Loader, without network.
import * as esbuild from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { type Tool, ToolFailure, type ToolRunner } from "../../../preview/tools/tool-runner.ts";

const LOADING = `export default {
  async fetch(request, { LOADER }) {
    const { id, script, input } = await request.json();
    const load = () => ({
      compatibilityDate: "2026-11-01",
      compatibilityFlags: ["nodejs_compat"],
      mainModule: "main.js",
      modules: { "main.js": script },
      globalOutbound: null,
    });
    return LOADER.get(id, load).getEntrypoint().fetch("http://tool", { method: "POST", body: JSON.stringify(input) });
  },
};`;
const ANSWERING = `import { run } from "tool:entry";
export default {
  async fetch(request) {
    try {
      return Response.json({ answer: await run(await request.json(), {}) });
    } catch (error) {
      return Response.json({ failure: String(error) });
    }
  },
};`;

export type HarnessOptions = { timeoutMs: number };

/** Starts a runner; a tool that exceeds its timeout fails, and the next one gets a new runtime. */
export class ToolHarness implements ToolRunner {
  readonly #timeoutMs: number;
  #runtime: Miniflare | null = null;
  #count = 0;

  constructor({ timeoutMs }: HarnessOptions) {
    this.#timeoutMs = timeoutMs;
  }

  async run<Answer>(tool: Tool, request: unknown): Promise<Answer> {
    const script = await bundle(tool);
    this.#runtime ??= start();
    const body = JSON.stringify({ id: `${tool.name}-${this.#count++}`, script, input: request });
    const answering = this.#runtime.dispatchFetch("http://harness", { method: "POST", body });
    const response = await Promise.race([answering, this.#timeout()]);
    if (response === null) {
      answering.catch(() => null);
      await this.stop();
      throw new ToolFailure(`It did not end within ${this.#timeoutMs} ms.`);
    }
    const told: unknown = await response.json();
    const answer = told as { answer: Answer } | { failure: string };
    if ("failure" in answer) throw new ToolFailure(answer.failure);
    return answer.answer;
  }

  async stop(): Promise<void> {
    await this.#runtime?.dispose();
    this.#runtime = null;
  }

  #timeout(): Promise<null> {
    return new Promise((resolve) => {
      setTimeout(() => resolve(null), this.#timeoutMs).unref();
    });
  }
}

function start(): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: LOADING,
      compatibilityDate: "2026-11-01",
      workerLoaders: { LOADER: {} },
    }),
  );
}

async function bundle({ entry, files = new Map() }: Tool): Promise<string> {
  const sources: Record<string, string> = { "tool:entry": entry };
  for (const [path, source] of files) sources[`/project/${path}`] = source;
  try {
    const built = await esbuild.build({
      stdin: { contents: ANSWERING },
      bundle: true,
      write: false,
      format: "esm",
      platform: "neutral",
      logLevel: "silent",
      external: ["node:*"],
      plugins: [
        {
          name: "tool",
          setup(build) {
            build.onResolve({ filter: /^(tool:|\/project\/)/ }, ({ path }) => ({ path, namespace: "tool" }));
            build.onLoad({ filter: /.*/, namespace: "tool" }, ({ path }) => ({
              contents: sources[path] ?? "",
              // Packages that a tool names are those of this repository.
              resolveDir: import.meta.dirname,
              loader: path.endsWith(".json") ? "json" : "ts",
            }));
          },
        },
      ],
    });
    return built.outputFiles[0]?.text ?? "";
  } catch (error) {
    throw new ToolFailure(error instanceof Error ? error.message : String(error));
  }
}
