import type { ConfigRequest } from "../vite/index.ts";
import { type ConfigCode, configIsolate } from "./config-isolate.ts";
import type { ToolDiagnostic } from "./diagnostic.ts";
import type { SvelteInput } from "./svelte.ts";
import type { Tool, ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

export type SveltePreprocessInput = ConfigCode & {
  /** Whether the preprocessors are options of Svelte's plugin in vite.config. */
  inVite: boolean;
  versionOf: VersionOf;
};

/**
 * A component after its preprocessors; `styled`: whether the host compiled one of its style blocks; `map`: the source map of its
 * content, null where a preprocessor changes the markup without one.
 */
export type PreprocessedComponent = {
  content: string;
  styled: boolean;
  map: string | null;
  diagnostics: ToolDiagnostic[];
};

/**
 * Runs the preprocessors of a project's svelte.config, or of Svelte's plugin in vite.config, over components. Those of
 * `vitePreprocess` and svelte-preprocess are the host's functions, in their position of the list.
 * @throws ToolFailure for a configuration that throws, does not end or has packages that cannot be bundled
 */
export function preprocessSvelte(
  runner: ToolRunner,
  input: SveltePreprocessInput,
  sources: { path: string; content: string }[],
  host: Pick<SvelteInput, "style" | "stripTypes">,
): Promise<PreprocessedComponent[]> {
  const { tool, request } = isolateOf(input);
  return runner.run<PreprocessedComponent[]>(tool, { ...request, inVite: input.inVite, sources }, host);
}

/** Returns all that the output depends on beside a component itself. */
export function sveltePreprocessKey(input: SveltePreprocessInput): unknown {
  const { tool, request } = isolateOf(input);
  return [[...(tool.files ?? [])], tool.packages, request];
}

const isolateOf = (input: SveltePreprocessInput): { tool: Tool; request: ConfigRequest } =>
  configIsolate(input, {
    name: "svelte-preprocess",
    entry: ENTRY,
    used: packagesFor(input.versionOf, "svelte"),
    packagesRead: true,
  });

const ENTRY = String.raw`
// Required and not imported, as in the compiler's own isolate (svelte.ts).
const svelte = require("svelte/compiler");

const RECORD = Symbol.for("config.record");
const isSvelte4 = /^[34]\./.test(svelte.VERSION);
const isStub = (value) => value?.[RECORD] !== undefined;

/** The options of Svelte's plugin, which is a stub that has recorded its call, or those of svelte.config. */
async function optionsOf({ env, inVite }) {
  const module = await import("CONFIG");
  const exported = module.default ?? module;
  const written = (await (typeof exported === "function" && !isStub(exported) ? exported(env) : exported)) ?? {};
  if (!inVite) return written;
  const plugins = await Promise.all([written.plugins].flat(Infinity));
  const calls = plugins.flat(Infinity).map((plugin) => plugin?.[RECORD]);
  return calls.find((call) => call?.package === "@sveltejs/vite-plugin-svelte")?.args?.[0] ?? {};
}

/** The languages that the build compiles. */
function ofBuild(path, host, made) {
  return {
    async style({ content, attributes }) {
      const lang = attributes.lang ?? "css";
      if (lang === "css" || lang === "postcss") return undefined;
      const { css, diagnostics } = await host.style({ path, content, lang });
      made.styled = true;
      made.diagnostics.push(...diagnostics);
      const { lang: _, ...rest } = attributes;
      return { code: css, attributes: rest };
    },
    async script({ content, attributes }) {
      if (!isSvelte4 || !/^(ts|typescript)$/.test(attributes.lang ?? "")) return undefined;
      return { code: await host.stripTypes({ path, content }) };
    },
  };
}

async function preprocess({ path, content }, preprocessors, host) {
  const made = { content, styled: false, map: null, diagnostics: [] };
  const build = ofBuild(path, host, made);
  let isMapped = true;
  const watched = (one) => {
    if (typeof one?.markup !== "function") return one;
    const markup = async (input) => {
      const result = await one.markup(input);
      if (result && result.code !== input.content && !result.map) isMapped = false;
      return result;
    };
    return { ...one, markup };
  };
  const own = preprocessors.map((one) => (isStub(one) ? build : watched(one)));
  try {
    const result = await svelte.preprocess(content, own.includes(build) ? own : [...own, build], { filename: path });
    return { ...made, content: result.code, map: isMapped && result.map ? String(result.map) : null };
  } catch (error) {
    const { line = 1, column = 0 } = error?.start ?? {};
    const message = "A Svelte preprocessor failed: " + String(error?.message ?? error).split("\n")[0];
    return { ...made, diagnostics: [{ path, line, column: column + 1, severity: "error", message }] };
  }
}

export async function run(request, host) {
  PREPARED
  const { preprocess: given } = await optionsOf(request);
  const preprocessors = [given].flat(Infinity).filter(Boolean);
  const answers = [];
  for (const source of request.sources) answers.push(await preprocess(source, preprocessors, host));
  return answers;
}
`;
