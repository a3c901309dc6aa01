import type { Metafile } from "esbuild-wasm";
import type { Built } from "../engine/esbuild.ts";
import { BUILT } from "./assets.ts";
import { PART, withoutImports } from "./part-imports.ts";

type OutputImport = Metafile["outputs"][string]["imports"][number];

/**
 * Joins the bundles of an app's parts as if they were one.
 * @param bundles the app's own first
 * @returns null without any
 */
export function joinedParts(bundles: readonly Built[]): Built | null {
  const [app] = bundles;
  if (app === undefined) return null;
  const outputFiles = new Map<string, Built["outputFiles"][number]>();
  const metafile: Metafile = { inputs: {}, outputs: {} };
  const made = new Set(bundles.flatMap((built) => Object.keys(built.metafile.outputs)));
  const isThere = (script: string): boolean => made.has(`out/${script}`);
  const leads = ({ path, external }: OutputImport): boolean => external === true || made.has(path);
  for (const built of bundles) {
    for (const file of built.outputFiles) {
      const text = file.path.endsWith(".js") ? file.text : "";
      if (text.includes(PART))
        file.contents = new TextEncoder().encode(withoutImports(text, isThere).replaceAll(PART, BUILT));
      outputFiles.set(file.path, file);
    }
    Object.assign(metafile.inputs, built.metafile.inputs);
    for (const [path, output] of Object.entries(built.metafile.outputs))
      metafile.outputs[path] = { ...output, imports: output.imports.map(insideOut).filter(leads) };
  }
  return { ...app, outputFiles: [...outputFiles.values()], metafile };
}

const insideOut = (one: OutputImport): OutputImport =>
  one.path.startsWith(PART) ? { path: `out/${one.path.slice(PART.length)}`, kind: one.kind } : one;
