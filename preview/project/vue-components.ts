import { compileVueJsx } from "../tools/jsx-compilers.ts";
import { compileVue, type VueOutput } from "../tools/vue.ts";
import { placePath } from "./around-app.ts";
import { compileChanged } from "./compile-cache.ts";
import { own, type Precompilation, type PrecompileInput, type Source } from "./precompilation.ts";
import type { StyleCompiler } from "./style-compiler.ts";
import { atProject } from "./style-sheets.ts";
import { assetUrlsOf } from "./vue-asset-urls.ts";
import { vueAutoImports } from "./vue-auto-imports.ts";
import { vueStyles } from "./vue-styles.ts";
import { atDepth, fromDepth, vueTypeFiles } from "./vue-type-files.ts";

/** Compiles Vue's components with their style blocks, the JSX in their scripts, and the components that plugins import for their templates. */
export async function vueComponents(
  sources: Source[],
  input: PrecompileInput,
  styles: StyleCompiler,
  { modules, beside, blockIds }: Precompilation,
): Promise<void> {
  const { runner, production, versionOf, root } = input;
  const assetUrls = assetUrlsOf(input.settings.vite.plugins);
  const { plugins } = input.settings.vite;
  const types = vueTypeFiles(input);
  const withImports = (await vueAutoImports(plugins, input)) ?? ((code: string) => code);
  const written = await compileChanged(sources, {
    key: ["vue", production, root, assetUrls, versionOf("@vue/compiler-sfc"), versionOf("vue")],
    compile: async (changed) => {
      const components = changed.map(({ path, content }) => ({
        path: atDepth(path, root),
        content,
        placePath: placePath(path, root),
      }));
      const compiled = await compileVue(runner, { production, versionOf, assetUrls, ...types, components });
      return compiled.map((output) => ({
        ...output,
        diagnostics: output.diagnostics.map((one) => ({ ...one, path: atProject(fromDepth(one.path, root)) })),
      }));
    },
    isWhole: ({ dependencies, diagnostics }) => dependencies.length === 0 && diagnostics.length === 0,
  });
  const outputs = await withoutJsx(written, sources, input);
  const blocks = outputs.flatMap((output, index) =>
    output.styles.map((style) => ({ style, id: output.id, path: sources[index]?.path ?? "" })),
  );
  const compiled = await vueStyles(blocks, input, styles);
  for (const [index, { code, lang, styles: parts, diagnostics }] of outputs.entries()) {
    const { path } = sources[index] ?? { path: "" };
    const found = own(diagnostics);
    let contents = code;
    for (const [number, block] of parts.entries()) {
      const file = `${path}.style-${number}${block.module === null ? "" : ".module"}.css`;
      const { css, diagnostics: ofStyle } = compiled.get(block) ?? { css: "", diagnostics: [] };
      found.push(...ofStyle);
      beside.set(file, css);
      blockIds.set(file, path + block.specifier.slice(block.specifier.indexOf("?")));
      contents = contents.replaceAll(block.specifier, () => `./${file.slice(file.lastIndexOf("/") + 1)}`);
    }
    modules.set(path, { contents: withImports(contents), loader: lang, diagnostics: found });
  }
}

/** Compiles the JSX in the scripts of components, which is Vue's. */
async function withoutJsx(
  outputs: VueOutput[],
  sources: Source[],
  { runner, production, versionOf }: PrecompileInput,
): Promise<VueOutput[]> {
  const scripts = outputs.flatMap(({ code, lang }, index) =>
    lang === "tsx" || lang === "jsx"
      ? [{ path: atProject(sources[index]?.path ?? ""), content: code, lang, index }]
      : [],
  );
  if (scripts.length === 0) return outputs;
  const compiled = await compileVueJsx(runner, { sources: scripts, production, versionOf });
  const found = new Map(scripts.map(({ index }, at) => [index, compiled[at]]));
  return outputs.map((output, index) => {
    const script = found.get(index);
    if (script === undefined) return output;
    return {
      ...output,
      code: script.code,
      lang: script.lang,
      diagnostics: [...output.diagnostics, ...script.diagnostics],
    };
  });
}
