import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { compileLess, type LessOptions } from "../tools/less.ts";
import { compileSass } from "../tools/sass.ts";
import type { StyleFiles, StyleOutput } from "../tools/style-files.ts";
import { applyAlias, folderOf, join } from "../vite/index.ts";
import { withAdditionalData } from "./additional-data.ts";
import { shortest } from "./around-app.ts";
import { placeOf } from "./place-of.ts";
import type { PrecompileInput } from "./precompilation.ts";
import { quasarVariables } from "./quasar.ts";
import { readText } from "./source-files.ts";
import { atProject, compileSheets, fromProject, needsTailwind } from "./style-sheets.ts";

type Source = { path: string; content: string };
type Block = Source & { lang: string };
type CompiledStyle = { css: string; diagnostics: Diagnostic[] };

/** The compilers of style sheets and of components' style blocks. */
export type StyleCompiler = {
  /** How compilers read the project and its packages. */
  files: StyleFiles;
  /** Compiles sheets by the language of their extension. */
  sheets(sources: Source[]): Promise<CompiledStyle[]>;
  /** Compiles style blocks by their languages, and Tailwind's rules in them. */
  blocks(sources: Block[]): Promise<CompiledStyle[]>;
  block(source: Block): Promise<CompiledStyle>;
  /** The path of a file that another names relative to itself. */
  besides(path: string, relative: string): string;
};

const EXTENSIONS: Record<string, string> = { scss: "scss", sass: "sass", less: "less" };

/** Returns the compiler of a project's style sheets: Sass and Less first, then plugins of PostCSS and Tailwind. */
export function styleCompiler(input: PrecompileInput): StyleCompiler {
  const files = styleFiles(input);
  const sheets = async (sources: Source[]): Promise<CompiledStyle[]> => {
    const outputs = new Map<Source, CompiledStyle>();
    for (const language of ["scss", "sass", "less"]) {
      const ofLanguage = sources.filter(({ path }) => path.endsWith(`.${language}`));
      if (ofLanguage.length === 0) continue;
      const compiled = await compile(language, ofLanguage, files, input);
      for (const [index, source] of ofLanguage.entries()) outputs.set(source, toStyle(compiled[index]));
    }
    const compiled = sources.map((source) => ({ path: source.path, style: outputs.get(source) ?? NO_STYLE }));
    return withTailwind(await withPostcss(compiled, input), input);
  };
  const blocks = async (sources: Block[]): Promise<CompiledStyle[]> => {
    const outputs = new Map<Block, CompiledStyle>();
    for (const [lang, extension] of Object.entries(EXTENSIONS)) {
      const ofLanguage = sources.filter((source) => source.lang === lang);
      const compiled = ofLanguage.length === 0 ? [] : await compile(extension, ofLanguage, files, input);
      for (const [index, source] of ofLanguage.entries()) outputs.set(source, toStyle(compiled[index]));
    }
    const plain = sources.map((source) => ({
      path: source.path,
      style: outputs.get(source) ?? unprocessed(source, input),
    }));
    return withTailwind(await withPostcss(plain, input), input);
  };
  return {
    files,
    sheets,
    blocks,
    block: async (source) => (await blocks([source]))[0] ?? NO_STYLE,
    besides: (path, relative) => shortest(join(folderOf(path), relative), input.root).normalize("NFC"),
  };
}

async function compile(
  language: string,
  sources: Source[],
  files: StyleFiles,
  input: PrecompileInput,
): Promise<StyleOutput[]> {
  const { runner, versionOf, settings } = input;
  const options = settings.vite.preprocessorOptions[language] ?? {};
  const loadPaths = foldersOf(options.loadPaths ?? options.includePaths ?? options.paths);
  const written = sources.map(({ path, content }) => ({ path: atProject(path), content }));
  const { sheets: asked, added, diagnostics } = await withAdditionalData(language, written, input);
  const said = diagnostics.map((diagnostic) => ({ ...diagnostic, path: atProject(diagnostic.path) }));
  const withSaid = ([first, ...others]: StyleOutput[]): StyleOutput[] =>
    first === undefined ? [] : [{ ...first, diagnostics: [...said, ...first.diagnostics] }, ...others];
  if (language === "less") {
    const outputs = await compileLess(runner, {
      ...files,
      sheets: asked,
      versionOf,
      options: { additionalData: added, ...lessOptionsOf(options) },
      loadPaths,
    });
    return withSaid(outputs);
  }
  const syntax = language === "sass" ? ("indented" as const) : ("scss" as const);
  const version = (name: string) => versionOf(name) ?? (name === "sass" ? versionOf("sass-embedded") : null);
  const outputs = await compileSass(runner, {
    ...files,
    sheets: asked.map((sheet) => ({ ...sheet, syntax })),
    variables: quasarVariables(settings.vite.plugins),
    versionOf: version,
    loadPaths,
    root: atProject("").replace(/\/$/, ""),
    additionalData: added,
  });
  return withSaid(outputs);
}

/** Folders of vite.config, relative to the project or as absolute paths in the configuration's isolate. */
const foldersOf = (paths: unknown): string[] =>
  (Array.isArray(paths) ? paths : [])
    .filter((path) => typeof path === "string")
    .map((path) => atProject(fromProject(path)).replace(/\/\.?$/, ""));

/** The Less options that change the output. */
function lessOptionsOf({ modifyVars, globalVars, math }: Record<string, unknown>): LessOptions {
  return {
    modifyVars: variablesOf(modifyVars),
    globalVars: variablesOf(globalVars),
    ...(typeof math === "string" && { math }),
  };
}

/** Variables of Less as strings; the configuration may have numbers. */
function variablesOf(value: unknown): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, one]) => [name, String(one)]));
}

const toStyle = (output: StyleOutput | undefined): CompiledStyle => ({
  css: output?.css ?? "",
  diagnostics: (output?.diagnostics ?? []).map((diagnostic) => ({ ...diagnostic, path: fromProject(diagnostic.path) })),
});

type StyleAtPath = { path: string; style: CompiledStyle };

/** A block in CSS as it is, and an error for one in a language that nothing here compiles. */
function unprocessed({ path, content, lang }: Block, { files, beside }: PrecompileInput): CompiledStyle {
  if (/^(css|pcss|postcss)$/.test(lang)) return { css: content, diagnostics: [] };
  const component = readText(files, path) ?? (beside && readText(beside, path)) ?? "";
  const named = new RegExp(`<style[^>]*\\slang\\s*=\\s*["']?${lang.replace(/\W/g, "\\$&")}\\b`).exec(component);
  const message = `Style blocks in "${lang}" are not supported. Write plain CSS instead: it has variables and nesting.`;
  const place = placeOf(path, component, named?.[0] ?? "<style");
  return { css: "", diagnostics: [{ ...place, severity: "error", message }] };
}

const NO_STYLE: CompiledStyle = { css: "", diagnostics: [] };

/** Runs the project's PostCSS plugins over compiled sheets, except those with errors. */
async function withPostcss(styles: StyleAtPath[], { runPlugins }: PrecompileInput): Promise<StyleAtPath[]> {
  const whole = styles.filter(({ style }) => style.diagnostics.every(({ severity }) => severity !== "error"));
  const outputs = await runPlugins(whole.map(({ path, style }) => ({ path, css: style.css })));
  const processed = new Map(whole.map((one, index) => [one, outputs[index]]));
  return styles.map((one) => {
    const output = processed.get(one);
    if (output === undefined) return one;
    return {
      path: one.path,
      style: { css: output.css, diagnostics: [...one.style.diagnostics, ...output.diagnostics] },
    };
  });
}

const withTailwind = (styles: StyleAtPath[], input: PrecompileInput): Promise<CompiledStyle[]> =>
  Promise.all(styles.map((one) => compileTailwind(one, input)));

async function compileTailwind({ path, style }: StyleAtPath, input: PrecompileInput): Promise<CompiledStyle> {
  const { css, diagnostics } = style;
  if (!needsTailwind(path, css, input.files)) return style;
  const [compiled] = await compileSheets([{ path: atProject(path), css }], input);
  const found = (compiled?.diagnostics ?? []).map((diagnostic) => ({
    ...diagnostic,
    path: fromProject(diagnostic.path),
  }));
  return { css: compiled?.css ?? css, diagnostics: [...diagnostics, ...found] };
}

/** Returns functions that read files of the project and its packages, and resolve aliases and package names. */
export function styleFiles({ files, beside, ofApp, root, installation, settings }: PrecompileInput): StyleFiles {
  const decoder = new TextDecoder();
  const patterns = settings.aliases;
  return {
    readFile: async (path) => {
      const own = shortest(fromProject(path), root);
      const content = files.get(own) ?? beside?.get(own) ?? ofApp?.get(own);
      if (typeof content === "string") return content;
      const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(own)?.[1];
      const found = name === undefined ? null : (await installation.stylesOf(name)).read(own);
      return found === null ? null : decoder.decode(found);
    },
    resolve: async (specifier) => {
      const aliased = applyAlias(specifier, patterns);
      if (aliased?.startsWith("/")) return atProject(aliased.slice(1));
      // An address with a leading slash is one below Vite's root, as in modules.
      if (specifier.startsWith("/")) return atProject(join(settings.vite.root, specifier.slice(1)));
      const name = packageNameOf((aliased ?? specifier).replace(/^(~|pkg:)/, ""));
      const rest = (aliased ?? specifier).replace(/^(~|pkg:)/, "");
      const packages = await installation.stylesOf(name);
      const found = packages.resolve(rest, "style.css", "client", "style");
      return found === null ? atProject(`node_modules/${rest}`) : atProject(found);
    },
  };
}
