import type { Metafile } from "esbuild-wasm";
import type { Built } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { DependencyBundle } from "./dependency-bundle.ts";
import { makeSheets, type SheetBundler, type Wanted } from "./late-sheets.ts";
import { type LateSheet, styleReach } from "./late-styles.ts";
import { APART } from "./package-imports.ts";

/** A style sheet that a page loads with scripts that it imports later, before these run. */
type LateLink = { address: string; scripts: string[] };

/** The style sheets of a page, in the order of the cascade. */
export type EntryStyles = { styles: string[]; late: LateLink[] };

type Input = {
  project: MountedProject;
  /** The address below which files are served. */
  base: string;
  /** Paths of the pages' entries in the metafile. */
  entries: string[];
  dependencies: DependencyBundle | null;
  bundle: SheetBundler;
};

const isApart = (part: string): boolean => part.startsWith(APART);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * Divides the style sheets of a bundle into those that its pages load first and those of code that they import later, as Vite does. It
 * takes the sheets that no page loads out of the bundle, and puts the divided ones into it.
 * @returns what each entry loads, by the entry's path; null where the sheets cannot be divided
 */
export async function entryStyles(built: Built, input: Input): Promise<Map<string, EntryStyles> | null> {
  const { base, entries, dependencies } = input;
  const { metafile } = built;
  const stylesApart = (part: string): string[] => dependencies?.styles.get(part.replace(APART, "")) ?? [];
  const reach = styleReach(metafile, entries, (path) => isApart(path) && stylesApart(path).length > 0);
  const own = (parts: string[] = []): string[] => parts.filter((part) => !isApart(part));
  const made = new Map<unknown, string>();
  const isDivided =
    reach.late.some(({ parts }) => own(parts).length > 0) ||
    entries.some((entry) => !isInOrder(entry, own(reach.first.get(entry)), metafile));
  if (isDivided) {
    const keys = [...entries, ...reach.late];
    const sheets = keys.flatMap((key) => {
      const parts = own(typeof key === "string" ? reach.first.get(key) : key.parts);
      return parts.length === 0 ? [] : [{ key, name: nameFor(key, parts), parts }];
    });
    const result = await makeSheets(apartByName(sheets), built, input);
    if (result === null) return null;
    for (const [index, { key }] of sheets.entries()) made.set(key, base + (result.names[index] ?? ""));
    const there = new Set(built.outputFiles.map(({ path }) => path));
    built.outputFiles.push(...result.files.filter(({ path }) => !there.has(path)));
  }
  const found = new Map<string, EntryStyles>();
  for (const entry of entries) {
    const bundled = isDivided ? (made.get(entry) ?? []) : bundlesOf(entry, metafile).map((path) => base + nameOf(path));
    const apart = (reach.first.get(entry) ?? []).filter(isApart).flatMap(stylesApart);
    const styles = [...new Set([...apart, ...[bundled].flat()])];
    const late = reach.late.flatMap((sheet) => {
      const roots = [...sheet.roots].filter((root) => reach.rootsOf.get(entry)?.has(root));
      const scripts = roots.flatMap((root) => scriptsOf(root, metafile, { base, dependencies }));
      const addresses = [...sheet.parts.filter(isApart).flatMap(stylesApart), ...[made.get(sheet) ?? []].flat()];
      return scripts.length === 0 ? [] : addresses.map((address) => ({ address, scripts }));
    });
    found.set(entry, { styles, late: late.filter(({ address }) => !styles.includes(address)) });
  }
  keepLinked(built, found);
  return found;
}

/** Whether a page has one bundle of style sheets, or none, with these in the order in which the page's first code imports them. */
function isInOrder(entry: string, first: string[], metafile: Metafile): boolean {
  const [bundle, ...others] = bundlesOf(entry, metafile);
  if (bundle === undefined) return true;
  if (others.length > 0) return false;
  const sheets = new Set(first);
  const bundled = Object.keys(metafile.outputs[bundle]?.inputs ?? {}).filter((path) => sheets.has(path));
  return bundled.join("\n") === first.join("\n");
}

/** The style sheets that an entry's script and those that it imports at once come with: of packages in parts, one for each part first. */
function bundlesOf(entry: string, { outputs }: Metafile): string[] {
  const script = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry && path.endsWith(".js"));
  const statics = new Set(script === undefined ? [] : [script]);
  for (const path of statics)
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && !external && outputs[next] !== undefined) statics.add(next);
  return [...statics].sort(packagesFirst).flatMap((path) => outputs[path]?.cssBundle ?? []);
}

/** Orders the parts of packages (bundle-in-parts.ts) before all else. */
export function packagesFirst(one: string, other: string): number {
  return partOf(one) === partOf(other) ? 0 : partOf(one) - partOf(other);
}

const partOf = (path: string): number =>
  Number(/\/package-[0-9a-f]{8}-(\d+)-(?:\d+|first)\.js$/.exec(path)?.[1] ?? Infinity);

type Scripts = Pick<Input, "base" | "dependencies">;

/** The addresses of the scripts that `import()` of a root loads. */
function scriptsOf(root: string, { outputs }: Metafile, { base, dependencies }: Scripts): string[] {
  if (isApart(root)) return [dependencies?.addresses.get(root.replace(APART, "")) ?? []].flat();
  return Object.entries(outputs)
    .filter(([path, { entryPoint }]) => entryPoint === root && path.endsWith(".js"))
    .map(([path]) => base + nameOf(path));
}

/** A sheet is named after the module that it comes with, and one of several modules after the first that is in it. */
function nameFor(key: string | LateSheet, parts: string[]): string {
  const roots = typeof key === "string" ? [key] : [...key.roots];
  const [source = ""] = roots.length === 1 ? roots : parts;
  return nameOf(source).replace(/\.[a-z].*$/, "") || "style";
}

/** Gives sheets of the same name others: a page knows newer sheets by their names. */
function apartByName(sheets: Wanted[]): Wanted[] {
  const counts = new Map<string, number>();
  return sheets.map(({ name, parts }) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { name: count === 1 ? name : `${name}-${count}`, parts };
  });
}

/** Takes the style sheets that no page links out of a bundle: each script that is loaded later has one with the rules of all its code. */
function keepLinked({ outputFiles, metafile }: Built, found: ReadonlyMap<string, EntryStyles>): void {
  const linked = new Set(
    [...found.values()].flatMap(({ styles, late }) => [...styles, ...late.map(({ address }) => address)].map(nameOf)),
  );
  const bundles = new Set(
    Object.values(metafile.outputs)
      .flatMap(({ cssBundle }) => cssBundle ?? [])
      .map(nameOf),
  );
  const isUnlinked = (path: string): boolean => {
    const name = nameOf(path).replace(/\.map$/, "");
    return bundles.has(name) && !linked.has(name);
  };
  for (let index = outputFiles.length - 1; index >= 0; index -= 1)
    if (isUnlinked(outputFiles[index]?.path ?? "")) outputFiles.splice(index, 1);
}
