import { stripTypes } from "../engine/esbuild.ts";
import { placeAt, type ToolDiagnostic } from "../tools/diagnostic.ts";
import { compileSvelte } from "../tools/svelte.ts";
import { type PreprocessedComponent, preprocessSvelte, sveltePreprocessKey } from "../tools/svelte-preprocess.ts";
import { placePath } from "./around-app.ts";
import { compileChanged } from "./compile-cache.ts";
import { importedPackages, outsideModules, textsOf } from "./imported-packages.ts";
import { inTool, own, type Precompilation, type PrecompileInput, type Source } from "./precompilation.ts";
import type { StyleCompiler } from "./style-compiler.ts";
import { atProject, fromProject } from "./style-sheets.ts";
import { placedInComponent } from "./svelte-places.ts";

/** A style block that is compiled by its language before the component is. */
const OTHER_STYLE_LANGUAGE = /<style[^>]*\slang\s*=\s*["']?(?!css\b|postcss\b)\w/;
/** A component whose content depends on no other file. */
const isAlone = ({ content }: Source): boolean => !OTHER_STYLE_LANGUAGE.test(content);

/** Returns the pattern of the files that Svelte compiles: components, and modules with runes. */
export function svelteFiles({ settings }: Pick<PrecompileInput, "settings">): RegExp {
  const extensions = settings.svelte.extensions.map((one) => one.replace(/[.-]/g, "\\$&"));
  return new RegExp(`(${extensions.join("|")}|\\.svelte\\.[jt]s)$`);
}

/** Compiles Svelte's components, after the preprocessors of the project's configuration. */
export async function svelteComponents(
  sources: Source[],
  input: PrecompileInput,
  styles: StyleCompiler,
  { modules, beside }: Precompilation,
): Promise<void> {
  const { runner, production, versionOf, settings, root } = input;
  const { compilerOptions } = settings.svelte;
  const host = {
    style: ({ path, content, lang }: Source & { lang: string }) =>
      styles.block({ path: fromProject(path), content, lang }),
    stripTypes: ({ content }: Source) => stripTypes(content),
  };
  const preprocessed = await preprocessedComponents(sources, input, host);
  const compiled = sources.map(({ path, content }, index) => ({
    path,
    content: preprocessed[index]?.content ?? content,
  }));
  const named = (one: Source) => ({ ...inTool(one), filename: atProject(placePath(one.path, root)) });
  const outputs = await compileChanged(compiled, {
    key: ["svelte", production, root, versionOf("svelte"), compilerOptions],
    compile: (changed) =>
      compileSvelte(runner, { sources: changed.map(named), production, versionOf, compilerOptions, ...host }),
    // A style block in another language may import files.
    isWhole: (_, source) => isAlone(source),
  });
  for (const [index, { code, css, diagnostics }] of outputs.entries()) {
    const { path, content } = compiled[index] ?? { path: "", content: "" };
    const { diagnostics: before = [], styled = false, map = null } = preprocessed[index] ?? {};
    const written = sources[index]?.content ?? content;
    const ofAttributes = versionOf("svelte-preprocess") === null ? [] : unreadAttributes(path, written);
    const found = own([
      ...before,
      ...ofAttributes,
      ...unreadMarkup(path, content),
      ...placedInComponent(diagnostics, { written, preprocessed: content, map }),
    ]);
    let contents = code;
    if (css !== null) {
      const file = `${path}.style.css`;
      // As in Vite, PostCSS and Tailwind read the output of the component's compiler; for another language they have run before it.
      const isStyled = styled || OTHER_STYLE_LANGUAGE.test(content);
      const plain = { css: css.content, diagnostics: [] };
      const finished = isStyled ? plain : await styles.block({ path, content: css.content, lang: "css" });
      found.push(...finished.diagnostics);
      beside.set(file, finished.css);
      contents = contents.replaceAll(css.specifier, () => `./${file.slice(file.lastIndexOf("/") + 1)}`);
    }
    modules.set(path, { contents, loader: "js", diagnostics: found });
  }
}

const INSTEAD = {
  src: "Import the file by a script of the component: its rules are then those of the whole page.",
  global: "Write :global(…) around its selectors.",
};

/** Warns of attributes of style blocks that svelte-preprocess reads and the build's own compilers do not. */
function unreadAttributes(path: string, component: string): ToolDiagnostic[] {
  const styles = [...component.matchAll(/<style\b[^>]*\s(src|global)(?=[\s=>])[^>]*>/g)];
  return styles.map(({ 1: name, index }) => {
    const attribute = name === "src" ? "src" : "global";
    const message = `The attribute "${attribute}" of a style block, which svelte-preprocess reads, has no effect here. ${INSTEAD[attribute]}`;
    return { path, ...placeAt(component, index), severity: "warning", message };
  });
}

type StyleHost = Parameters<typeof preprocessSvelte>[3];

/** Runs the project's own preprocessors over components; none without such. Modules have no preprocessors. */
async function preprocessedComponents(
  sources: Source[],
  { files, root, around, runner, production, versionOf, settings }: PrecompileInput,
  host: StyleHost,
): Promise<(PreprocessedComponent | undefined)[]> {
  const { preprocess } = settings.svelte;
  if (preprocess === null) return [];
  const texts = textsOf(files);
  const outside = outsideModules({ files, root, around }, preprocess.path);
  const { "svelte-preprocess": _, ...packages } = importedPackages({ texts, outside }, preprocess.path, versionOf);
  const asked = {
    texts,
    outside,
    configPath: preprocess.path,
    packages,
    production,
    inVite: preprocess.inVite,
    versionOf,
  };
  const components = sources.filter(({ path }) => !/\.svelte\.[jt]s$/.test(path));
  const outputs = await compileChanged(components, {
    key: ["svelte-preprocess", sveltePreprocessKey(asked)],
    compile: (changed) => preprocessSvelte(runner, asked, changed.map(inTool), host),
    isWhole: (_, source) => isAlone(source),
  });
  const byPath = new Map(components.map(({ path }, index) => [path, outputs[index]]));
  return sources.map(({ path }) => {
    const output = byPath.get(path);
    return output && { ...output, content: withOwnPaths(output.content) };
  });
}

/** Preprocessors may name files by their path in the isolate, such as a layout. */
const withOwnPaths = (content: string): string =>
  content.replace(/(\b(?:from|import)\s*\(?\s*["'])\/project\//g, "$1/");

const MARKUP = /<template\b[^>]*\slang\s*=\s*["']?(?!html\b)([\w-]+)/;

/** Markup in a language that no preprocessor of the project has made HTML of: Svelte takes it for a template element. */
function unreadMarkup(path: string, content: string): ToolDiagnostic[] {
  const [written, lang] = MARKUP.exec(content) ?? [];
  if (written === undefined) return [];
  const message = `Templates in "${lang}" are not supported. Write the template in HTML.`;
  return [{ path, ...placeAt(content, content.indexOf(written)), severity: "error", message }];
}
