import type { ToolDiagnostic } from "./diagnostic.ts";
import type { ToolRunner } from "./tool-runner.ts";
import { packagesFor, type VersionOf } from "./versions.ts";

type Source = { path: string; content: string };
/** `filename`: the path that Svelte's development build gives to elements. */
type NamedSource = Source & { filename: string };

export type SvelteInput = {
  /** Components (`.svelte`, or the project's extensions) and modules with runes (`.svelte.ts`, `.svelte.js`). */
  sources: NamedSource[];
  production: boolean;
  versionOf: VersionOf;
  /** Options of `svelte.config.js`, such as `runes`. */
  compilerOptions?: Record<string, unknown>;
  /** Compiles a style block that is not plain CSS, and returns CSS. */
  style: (block: Source & { lang: string }) => Promise<{ css: string; diagnostics: ToolDiagnostic[] }>;
  /**
   * Strips the types from TypeScript and keeps every import, since a template may use it. It runs for modules and, up
   * to Svelte 4, for components; Svelte 5 parses types in components itself.
   */
  stripTypes: (source: Source) => Promise<string>;
};

/** `lineText`: the compiled line, where a style block or a script was changed before. */
export type SvelteDiagnostic = ToolDiagnostic & { lineText?: string };

export type SvelteOutput = {
  /** JavaScript. For a component with styles it imports `css.specifier`. */
  code: string;
  css: { content: string; specifier: string } | null;
  diagnostics: SvelteDiagnostic[];
};

/**
 * Compiles components and modules of Svelte 4 and 5 for the browser.
 * @throws ToolFailure when the compiler fails to run
 */
export async function compileSvelte(runner: ToolRunner, input: SvelteInput): Promise<SvelteOutput[]> {
  const { sources, production, versionOf, compilerOptions = {}, style, stripTypes } = input;
  const tool = { name: "svelte", entry: ENTRY, packages: packagesFor(versionOf, "svelte") };
  return runner.run<SvelteOutput[]>(tool, { sources, production, compilerOptions }, { style, stripTypes });
}

const ENTRY = String.raw`
// Required and not imported: this build is one file, and that of Svelte 4 asks for no file beside its own.
const svelte = require("svelte/compiler");

const isSvelte4 = /^[34]\./.test(svelte.VERSION);
const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);

function diagnosticOf(path, { message, start }, severity) {
  // Svelte adds the address of its documentation as a line of its own.
  const text = String(message).split("\n")[0];
  return { path, line: start?.line ?? 1, column: (start?.column ?? 0) + 1, severity, message: text };
}

/** Puts CSS in the place of style blocks in other languages, and for Svelte 4 JavaScript in the place of TypeScript. */
async function preprocess({ path, content }, host, diagnostics) {
  const style = async ({ content, attributes }) => {
    const lang = attributes.lang ?? "css";
    if (lang === "css" || lang === "postcss") return;
    const result = await host.style({ path, content, lang });
    diagnostics.push(...result.diagnostics);
    const { lang: _, ...rest } = attributes;
    return { code: result.css, attributes: rest };
  };
  const script = async ({ content, attributes }) => {
    if (!isSvelte4 || !/^(ts|typescript)$/.test(attributes.lang ?? "")) return;
    return { code: await host.stripTypes({ path, content }) };
  };
  const { code } = await svelte.preprocess(content, [{ style, script }], { filename: path });
  return code;
}

/** The blocks of hot updates, as each version of Svelte 5 writes them, around the exchange of the component. */
const HOT = /^if \(import\.meta\.hot\) \{\n\t(.+;)\n\n\timport\.meta\.hot\.accept\((\(module\) => \{\n[\s\S]*?\n\t\})\);\n\}$/m;

/**
 * Gives a component its exchange as a property: the page calls it, since a build of several modules in one script has no
 * import.meta.hot. The first versions of Svelte 5 mark where a module begins and ends by the places of stacks, which a bundle has not.
 */
function exchangeable(code) {
  const [block, wrap, take] = HOT.exec(code) ?? [];
  if (block === undefined) return code;
  const name = wrap.slice(0, wrap.indexOf(" "));
  const exchange = () => wrap + "\n" + name + ".__hmrTake = " + take + ";";
  return code.replace(block, exchange).replace(/^\$\.mark_module_(?:start|end)\(.*\);$/gm, "");
}

/** A class that the content of styles does not change leaves the component as it is when they change. */
const cssHash = ({ hash, css, filename }) => "svelte-" + hash(filename ?? css);

const isInjected = ({ customElement, css }) => Boolean(customElement) || css === "injected";

async function compileComponent(source, { production, compilerOptions }, host) {
  const isHot = !production && !isSvelte4 && compilerOptions.hmr !== false && !source.filename.includes("node_modules/");
  const diagnostics = [];
  const content = await preprocess(source, host, diagnostics);
  const found = (one, severity) => {
    const diagnostic = diagnosticOf(source.path, one, severity);
    return content === source.content ? diagnostic : { ...diagnostic, lineText: content.split("\n")[diagnostic.line - 1] ?? "" };
  };
  let compiled;
  try {
    compiled = svelte.compile(content, {
      ...compilerOptions,
      filename: source.filename,
      dev: !production,
      css: isInjected(compilerOptions) ? "injected" : "external",
      generate: isSvelte4 ? "dom" : "client",
      ...(isHot ? { hmr: true, cssHash } : {}),
    });
  } catch (error) {
    return { code: "", css: null, diagnostics: [...diagnostics, found(error, "error")] };
  }
  const { js, css, warnings } = compiled;
  diagnostics.push(...warnings.map((warning) => found(warning, "warning")));
  const compiledCode = isHot ? exchangeable(js.code) : js.code;
  if (!css?.code || isInjected(compilerOptions)) return { code: compiledCode, css: null, diagnostics };
  const specifier = "./" + nameOf(source.path) + "?svelte&type=style&lang.css";
  const code = compiledCode + "\nimport " + JSON.stringify(specifier) + ";\n";
  return { code, css: { content: css.code, specifier }, diagnostics };
}

async function compileModule({ path, filename, content }, { production }, host) {
  const code = path.endsWith(".ts") ? await host.stripTypes({ path, content }) : content;
  // Before Svelte 5 there are no runes, so such a file is a module like any other.
  if (!svelte.compileModule) return { code, css: null, diagnostics: [] };
  const { js, warnings } = svelte.compileModule(code, { filename, dev: !production, generate: "client" });
  return { code: js.code, css: null, diagnostics: warnings.map((warning) => diagnosticOf(path, warning, "warning")) };
}

export async function run(request, host) {
  const answers = [];
  for (const source of request.sources) {
    try {
      const compile = /\.svelte\.[jt]s$/.test(source.path) ? compileModule : compileComponent;
      answers.push(await compile(source, request, host));
    } catch (error) {
      answers.push({ code: "", css: null, diagnostics: [diagnosticOf(source.path, error, "error")] });
    }
  }
  return answers;
}`;
