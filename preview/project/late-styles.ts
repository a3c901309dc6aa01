import type { Metafile } from "esbuild-wasm";

/** A sheet of code that is loaded later: its parts, and the roots of the code that needs it. */
export type LateSheet = { parts: string[]; roots: Set<string> };

/**
 * The style sheets of a bundle by the code that loads them. A part is a style sheet by its path in the metafile, or a package that is bundled
 * apart by its specifier; parts are in the order of the cascade.
 */
export type StyleReach = {
  /** What each entry loads first, by the entry's path. */
  first: Map<string, string[]>;
  /** Those that code behind `import()` needs and no page has when it asks for it. */
  late: LateSheet[];
  /** The roots of code behind `import()` that an entry may ever load. */
  rootsOf: Map<string, Set<string>>;
};

type Inputs = Metafile["inputs"];
type Reached = { sheets: string[]; later: string[] };

const STATIC = new Set(["import-statement", "require-call"]);

/**
 * Finds which style sheets a page needs first, and which only code behind `import()` needs. Sheets that the same such code needs
 * are together, as Rollup divides modules into chunks; a sheet that is there whenever the code is asked for is none of them.
 * @param entries paths of the pages' entries in the metafile
 * @param isPart whether an external import is a package with style sheets of its own
 */
export function styleReach(metafile: Metafile, entries: string[], isPart: (specifier: string) => boolean): StyleReach {
  const isSheet = sheetsOf(metafile);
  const reached = new Map<string, Reached>();
  const open = [...entries];
  for (let root = open.shift(); root !== undefined; root = open.shift()) {
    if (reached.has(root)) continue;
    const found = reachOf(root, metafile.inputs, (path) => isSheet(path) || isPart(path));
    reached.set(root, found);
    open.push(...found.later);
  }
  const present = presentAt(reached, entries);
  const roots = new Map<string, Set<string>>();
  for (const [root, { sheets }] of reached) {
    if (entries.includes(root)) continue;
    for (const sheet of sheets) {
      if (present.get(root)?.has(sheet)) continue;
      roots.set(sheet, (roots.get(sheet) ?? new Set()).add(root));
    }
  }
  return {
    first: new Map(entries.map((entry) => [entry, reached.get(entry)?.sheets ?? []])),
    late: together(roots),
    rootsOf: new Map(entries.map((entry) => [entry, laterThan(entry, reached)])),
  };
}

/** Returns whether a path is that of a style sheet that scripts import. */
function sheetsOf({ outputs }: Metafile): (path: string) => boolean {
  const bundles = Object.values(outputs).flatMap(({ cssBundle }) => cssBundle ?? []);
  const sheets = new Set(bundles.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})));
  return (path) => sheets.has(path);
}

/** Follows a root's static imports, each module after those that it imports. */
function reachOf(root: string, inputs: Inputs, isSheet: (path: string) => boolean): Reached {
  const sheets: string[] = [];
  const later = new Set<string>();
  const seen = new Set([root]);
  const stack = [{ path: root, imports: (isSheet(root) ? composed : imported)(root, inputs) }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.imports.shift();
    if (next === undefined) {
      stack.pop();
      if (isSheet(top.path)) sheets.push(top.path);
    } else if (next.kind === "dynamic-import") {
      if (inputs[next.path] !== undefined || isSheet(next.path)) later.add(next.path);
    } else if (!seen.has(next.path)) {
      seen.add(next.path);
      stack.push({ path: next.path, imports: (isSheet(next.path) ? composed : imported)(next.path, inputs) });
    }
  }
  return { sheets, later: [...later] };
}

const imported = (path: string, inputs: Inputs): Inputs[string]["imports"] =>
  (inputs[path]?.imports ?? []).filter(({ kind }) => STATIC.has(kind) || kind === "dynamic-import");

/** A CSS module stands behind those whose classes it composes. */
const composed = (path: string, inputs: Inputs): Inputs[string]["imports"] =>
  (inputs[path]?.imports ?? []).filter(({ kind }) => String(kind) === "composes-from");

/** The sheets that a page has for certain when it asks for a root's code, by the root. */
function presentAt(reached: ReadonlyMap<string, Reached>, entries: string[]): Map<string, Set<string>> {
  const present = new Map<string, Set<string>>(entries.map((entry) => [entry, new Set()]));
  const open = [...entries];
  for (let root = open.shift(); root !== undefined; root = open.shift()) {
    const { sheets = [], later = [] } = reached.get(root) ?? {};
    const there = new Set([...(present.get(root) ?? []), ...sheets]);
    for (const target of later) {
      const known = present.get(target);
      const now = known === undefined ? there : new Set([...known].filter((sheet) => there.has(sheet)));
      if (known !== undefined && now.size === known.size) continue;
      present.set(target, now);
      open.push(target);
    }
  }
  return present;
}

/** Puts sheets together that the same roots need: first those that most of them share, which the others build upon. */
function together(roots: ReadonlyMap<string, Set<string>>): LateSheet[] {
  const found = new Map<string, LateSheet>();
  for (const [sheet, needing] of roots) {
    const key = [...needing].sort().join("\n");
    const known = found.get(key) ?? { parts: [], roots: needing };
    known.parts.push(sheet);
    found.set(key, known);
  }
  return [...found.values()].sort((one, other) => other.roots.size - one.roots.size);
}

function laterThan(entry: string, reached: ReadonlyMap<string, Reached>): Set<string> {
  const found = new Set(reached.get(entry)?.later);
  for (const root of found) for (const target of reached.get(root)?.later ?? []) found.add(target);
  return found;
}
