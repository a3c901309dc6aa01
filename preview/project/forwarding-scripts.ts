import type { Built } from "../engine/esbuild.ts";
import { BUILT } from "./assets.ts";
import { PART } from "./part-imports.ts";

/**
 * Leaves out the scripts of a bundle that a page would load for nothing but the import of another part's: an `import()` of such a module
 * leads to that part itself.
 * @param scriptOf returns the part's script that all of a module has become, by its path from the working folder; null for other modules
 */
export function withoutForwarding(built: Built, scriptOf: (path: string) => string | null): Built {
  const { outputs } = built.metafile;
  const leads = new Map<string, string>();
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    const script = entryPoint === undefined ? null : scriptOf(entryPoint);
    if (script !== null) leads.set(path, script);
  }
  if (leads.size === 0) return built;
  const kept = built.outputFiles.filter(({ path }) => !leads.has(`out/${nameOf(path)}`));
  for (const file of kept) {
    const own = outputs[`out/${nameOf(file.path)}`]?.imports.filter(({ path }) => leads.has(path)) ?? [];
    if (own.length === 0) continue;
    const text = own.reduce(
      (code, { path }) => code.replaceAll(`"${BUILT}${nameOf(path)}"`, `"${PART}${leads.get(path)}"`),
      file.text,
    );
    file.contents = new TextEncoder().encode(text);
  }
  const others = Object.entries(outputs).filter(([path]) => !leads.has(path));
  const changed = others.map(([path, output]): [string, typeof output] => {
    const imports = output.imports.map((one) => {
      const script = leads.get(one.path);
      return script === undefined ? one : { path: PART + script, kind: one.kind, external: true };
    });
    return [path, { ...output, imports }];
  });
  return { ...built, outputFiles: kept, metafile: { ...built.metafile, outputs: Object.fromEntries(changed) } };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
