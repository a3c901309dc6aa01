import type { Built } from "../engine/esbuild.ts";

/** Minify a script and a style sheet, without source maps; `target` as esbuild names it. */
export type PartMinifier = {
  script(code: string, target: string[]): Promise<string>;
  sheet(code: string, target: string[]): Promise<string>;
};

/**
 * Minifies the scripts and style sheets of a part that `minify: "later"` has left as they are, in place. Until then the names of its
 * imports are those of other parts, which no other identifier has, so that it shows which of them it uses.
 */
export async function minifyPart(
  { outputFiles, metafile }: Built,
  target: string[],
  minifier: PartMinifier,
): Promise<void> {
  for (const file of outputFiles) {
    const output = metafile.outputs[`out/${file.path.slice(file.path.lastIndexOf("/") + 1)}`];
    if (output === undefined || isCopied(output)) continue;
    const minify = file.path.endsWith(".css") ? minifier.sheet : file.path.endsWith(".js") ? minifier.script : null;
    if (minify === null) continue;
    file.contents = new TextEncoder().encode(await minify(file.text, target));
    output.bytes = file.contents.byteLength;
  }
}

/** Whether an output is a file as it is in a package: the bundler writes the path of each module beside its code. */
const isCopied = ({ inputs, bytes }: Built["metafile"]["outputs"][string]): boolean =>
  Object.values(inputs).some(({ bytesInOutput }) => bytesInOutput === bytes);
