import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { rewriteUrls } from "../tools/rewrite-urls.ts";
import { compileVueStyles, type VueStyle } from "../tools/vue.ts";
import { folderOf } from "../vite/index.ts";
import { placeOf } from "./place-of.ts";
import { own, type PrecompileInput } from "./precompilation.ts";
import { readText } from "./source-files.ts";
import type { StyleCompiler } from "./style-compiler.ts";
import { atProject, fromProject } from "./style-sheets.ts";

type StyleBlock = { style: VueStyle; id: string; path: string };
type CompiledBlock = { css: string; diagnostics: Diagnostic[] };
type Sheet = { path: string; content: string; lang: string; diagnostics: Diagnostic[] };

/**
 * Compiles the style blocks of all components together, since each call of a compiler takes its time. A sheet that a block names by
 * `src` is compiled where it stands, by its own extension, as Vite does.
 */
export async function vueStyles(
  blocks: StyleBlock[],
  { runner, production, versionOf, files }: PrecompileInput,
  styles: StyleCompiler,
): Promise<Map<VueStyle, CompiledBlock>> {
  if (blocks.length === 0) return new Map();
  const sheets = await Promise.all(
    blocks.map(({ style, path }) => {
      const { src, content, lang } = style;
      const inside = { path, content, lang, diagnostics: [] };
      return src === null ? inside : linkedSheet({ src, lang, path, component: readText(files, path) ?? "" }, styles);
    }),
  );
  const plain = await styles.blocks(sheets.map(({ path, content, lang }) => ({ path, content, lang })));
  const scoped = await compileVueStyles(runner, {
    styles: blocks.map(({ style, id, path }, index) => ({
      path: atProject(path),
      id,
      css: rewriteUrls(
        plain[index]?.css ?? "",
        folderOf(atProject(sheets[index]?.path ?? path)),
        folderOf(atProject(path)),
      ),
      scoped: style.scoped,
    })),
    production,
    versionOf,
  });
  return new Map(
    blocks.map(({ style }, index) => {
      const ofSheet = [...(sheets[index]?.diagnostics ?? []), ...(plain[index]?.diagnostics ?? [])];
      const diagnostics = [...ofSheet, ...own(scoped[index]?.diagnostics ?? [])];
      return [style, { css: scoped[index]?.css ?? plain[index]?.css ?? "", diagnostics }];
    }),
  );
}

type Link = { src: string; lang: string; path: string; component: string };

async function linkedSheet({ src, lang, path, component }: Link, { files, besides }: StyleCompiler): Promise<Sheet> {
  const found = src.startsWith(".") ? besides(path, src) : await files.resolve(src, folderOf(atProject(path)));
  const sheet = found === null ? src : fromProject(found);
  const content = await files.readFile(atProject(sheet));
  if (content === null) {
    const message = `Cannot find "${src}", the file of this style block. Add it, or correct its path.`;
    const diagnostics = [{ ...placeOf(path, component, src), severity: "error" as const, message }];
    return { path, content: "", lang: "css", diagnostics };
  }
  const extension = /\.(scss|sass|less)$/.exec(sheet)?.[1];
  return { path: sheet, content, lang: extension ?? lang, diagnostics: [] };
}
