import { compileSolid, compileVueJsx, type JsxInput, type JsxOutput } from "../tools/jsx-compilers.ts";
import { compileMdx } from "../tools/mdx.ts";
import { ToolFailure } from "../tools/tool-runner.ts";
import type { VersionOf } from "../tools/versions.ts";
import type { ViteSettings } from "../vite/index.ts";
import { compileChanged } from "./compile-cache.ts";
import { inTool, own, PREPROCESSED, type Precompilation, type PrecompileInput, type Source } from "./precompilation.ts";
import { styleCompiler } from "./style-compiler.ts";
import { svelteComponents, svelteFiles } from "./svelte-components.ts";
import { vueComponents } from "./vue-components.ts";
import { hasVueMarkdown } from "./vue-markdown.ts";

/** Extensions of files with JSX. */
const JSX_COMPILERS = ["@babel/core", "babel-preset-solid", "@vue/babel-plugin-jsx", "solid-js", "vue"];

/**
 * Compiles the languages that esbuild does not read: Vue and Svelte components, JSX of Solid and Vue, MDX, Sass and
 * Less. It runs before the bundle, with all files of a compiler in one call, since one program bundles the app and the
 * compilers.
 */
export async function precompile(input: PrecompileInput): Promise<Precompilation> {
  const made: Precompilation = { modules: new Map(), beside: new Map(), blockIds: new Map() };
  const styles = styleCompiler(input);
  const components = hasVueMarkdown(input.settings.vite.plugins) ? /\.(vue|md)$/ : /\.vue$/;
  await each(input, components, made, (sources) => vueComponents(sources, input, styles, made));
  await each(input, svelteFiles(input), made, (sources) => svelteComponents(sources, input, styles, made));
  await each(input, /\.mdx$/, made, (sources) => mdxModules(sources, input, made));
  const jsxCompiler = jsxCompilerOf(input);
  if (jsxCompiler !== null)
    await each(input, /\.[jt]sx$/, made, (sources) => jsxModules(sources, input, jsxCompiler, made));
  await each(input, PREPROCESSED, made, async (found) => {
    const sources = withoutPartials(found, input);
    for (const [index, { css, diagnostics }] of (await styles.sheets(sources)).entries()) {
      const { path = "" } = sources[index] ?? {};
      const loader = /\.module\.[^.]+$/.test(path) ? "local-css" : "css";
      made.modules.set(path, { contents: css, loader, diagnostics });
    }
  });
  return made;
}

/** Sheets without those that only other sheets load, whose names begin with an underscore: a module may name one as well. */
function withoutPartials(sheets: Source[], { files }: PrecompileInput): Source[] {
  const isPartial = ({ path }: Source): boolean => /(^|\/)_[^/]*$/.test(path);
  if (!sheets.some(isPartial)) return sheets;
  const texts = [...files].flatMap(([path, content]) =>
    typeof content === "string" && !PREPROCESSED.test(path) && content.includes("/_") ? [content] : [],
  );
  return sheets.filter((sheet) => {
    const name = sheet.path.slice(sheet.path.lastIndexOf("/"));
    return !isPartial(sheet) || texts.some((content) => content.includes(name));
  });
}

/** Runs a compiler over its files. A compiler that fails to start is an error of each file. */
async function each(
  { files }: PrecompileInput,
  pattern: RegExp,
  { modules }: Precompilation,
  compile: (sources: Source[]) => Promise<void>,
): Promise<void> {
  const sources = [...files].flatMap(([path, content]) =>
    pattern.test(path) && typeof content === "string" ? [{ path, content }] : [],
  );
  if (sources.length === 0) return;
  try {
    await compile(sources);
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    for (const { path } of sources) {
      const diagnostic = {
        path,
        line: 1,
        column: 1,
        severity: "error" as const,
        message: `It cannot be compiled: ${failure.message}`,
      };
      modules.set(path, { contents: "", loader: "js", diagnostics: [diagnostic] });
    }
  }
}

async function mdxModules(sources: Source[], input: PrecompileInput, { modules }: Precompilation): Promise<void> {
  const { runner, production, versionOf, settings } = input;
  const jsxImportSource = settings.jsx.runtime === "automatic" ? settings.jsx.importSource : "react";
  const outputs = await compileChanged(sources, {
    key: ["mdx", production, jsxImportSource, versionOf("@mdx-js/mdx")],
    compile: (changed) => compileMdx(runner, { sources: changed.map(inTool), production, jsxImportSource, versionOf }),
    isWhole: () => true,
  });
  for (const [index, { code, diagnostics }] of outputs.entries()) {
    modules.set(sources[index]?.path ?? "", { contents: code, loader: "jsx", diagnostics: own(diagnostics) });
  }
}

type JsxCompiler = {
  name: "solid" | "vue";
  compile: (runner: PrecompileInput["runner"], input: JsxInput) => Promise<JsxOutput[]>;
};

/** Solid's JSX, and Vue's with its JSX plugin, have compilers of their own; esbuild compiles all other JSX. */
function jsxCompilerOf({ settings, versionOf }: PrecompileInput): JsxCompiler | null {
  const has = (plugin: string) => settings.vite.plugins.some(({ name }) => name === plugin);
  if (isSolidProject(settings.vite, versionOf)) return { name: "solid", compile: compileSolid };
  const isVue = has("@vitejs/plugin-vue-jsx") || versionOf("@vitejs/plugin-vue-jsx") !== null;
  return isVue ? { name: "vue", compile: compileVueJsx } : null;
}

/** Whether Solid's compiler compiles a project's JSX, and that of packages. */
export function isSolidProject({ plugins }: ViteSettings, versionOf: VersionOf): boolean {
  const hasPlugin = plugins.some(({ name }) => name === "vite-plugin-solid");
  return hasPlugin || (versionOf("solid-js") !== null && versionOf("react") === null);
}

async function jsxModules(
  sources: Source[],
  { runner, production, versionOf }: PrecompileInput,
  { name, compile }: JsxCompiler,
  { modules }: Precompilation,
): Promise<void> {
  const asked = (changed: Source[]) =>
    changed.map((source) => ({
      ...inTool(source),
      lang: source.path.endsWith(".tsx") ? ("tsx" as const) : ("jsx" as const),
    }));
  const outputs = await compileChanged(sources, {
    key: [name, production, JSX_COMPILERS.map(versionOf)],
    compile: (changed) => compile(runner, { sources: asked(changed), production, versionOf }),
    isWhole: () => true,
  });
  for (const [index, { code, lang, diagnostics }] of outputs.entries()) {
    modules.set(sources[index]?.path ?? "", { contents: code, loader: lang, diagnostics: own(diagnostics) });
  }
}
