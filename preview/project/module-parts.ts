import type { GraphModule, ModuleGraph, Origin } from "./module-graph.ts";
import { strongComponents } from "./strong-components.ts";

/** Stands for the app's own modules, with which those of packages stay that pass on names which only execution reveals. */
const APP = "";

/** The bundler's memory for a module beside its code, as bytes of code: some 26 KB of memory. */
const MODULE_WEIGHT = 1_000;

/** Where a module is: in which part, and in which of its scripts. */
export type Placed = {
  id: number;
  part: number;
  script: number;
  names: ReadonlyMap<string, Origin>;
  module: GraphModule;
};

/** Whether a module does nothing but pass on names of others, so that they can be imported in its place. */
const isPassing = ({ names, module }: Placed): boolean =>
  module.isPassing && [...names.values()].every(({ path }) => path !== module.path);

/** Whether a module is evaluated even where no name of it is used. */
export const isKept = (placed: Placed): boolean => !(placed.module.isPure || isPassing(placed));

/** The modules that are evaluated in place of one that only passes on names. */
export const effectsOf = (placed: Placed): string[] =>
  placed.module.isPure || !isPassing(placed) ? [] : [...placed.module.imports];

/**
 * Divides the modules of packages into parts of which each imports of earlier ones only, so that a bundler can take them one after the
 * other. Modules that import each other in a circle stay together, and so do CommonJS modules with those that they require, which are
 * evaluated when they ask for it.
 * @param maxWeight of a part, unless a single module or a circle of them weighs more
 */
export async function modulePartsOf(graph: ModuleGraph, maxWeight: number): Promise<Map<string, Placed>> {
  const scripts = scriptsOf(graph);
  const placed = new Map<string, Placed>();
  let part = 0;
  let weight = 0;
  for (const circle of strongComponents(await edgesOf(graph))) {
    if (circle.includes(APP)) continue;
    const members = circle.flatMap((path) => graph.modules.get(path) ?? []);
    const own = members.reduce((sum, module) => sum + module.weight + MODULE_WEIGHT, 0);
    if (weight > 0 && weight + own > maxWeight) {
      part += 1;
      weight = 0;
    }
    weight += own;
    for (const module of members) {
      const names = (await graph.namesOf(module.path)) ?? new Map<string, Origin>();
      placed.set(module.path, { id: placed.size, part, script: scripts.get(module.path) ?? 0, names, module });
    }
  }
  return placed;
}

/** Where the modules lead, and back where a module has to be in the same part as one that it imports. */
async function edgesOf(graph: ModuleGraph): Promise<Map<string, Set<string>>> {
  const { modules, roots } = graph;
  const edges = new Map([...modules].map(([path, { imports, later }]) => [path, new Set([...imports, ...later])]));
  edges.set(APP, new Set(roots.map(({ path }) => path)));
  for (const [path, targets] of edges) {
    const isCommon = modules.get(path)?.format === "commonjs";
    for (const target of targets) if (isCommon || (await graph.isOpaque(target))) edges.get(target)?.add(path);
  }
  return edges;
}

/**
 * Numbers the scripts that modules belong to: 0 is loaded first; modules that the same later imports lead to belong together, so that
 * none is loaded before it is needed.
 */
function scriptsOf({ modules, roots }: ModuleGraph): Map<string, number> {
  const reach = (from: Iterable<string>, stop: (path: string) => boolean): Set<string> => {
    const found = new Set<string>();
    const open = [...from];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (found.has(path) || stop(path)) continue;
      found.add(path);
      open.push(...(modules.get(path)?.imports ?? []));
    }
    return found;
  };
  const first = reach(
    roots.filter(({ isLater }) => !isLater).map(({ path }) => path),
    () => false,
  );
  const later = new Set(roots.filter(({ isLater }) => isLater).map(({ path }) => path));
  for (const module of modules.values()) for (const path of module.later) later.add(path);
  const marks = new Map<string, string>();
  for (const [index, root] of [...later].entries())
    for (const path of reach([root], (one) => first.has(one))) marks.set(path, `${marks.get(path) ?? ""} ${index}`);
  const numbers = new Map<string, number>();
  for (const mark of marks.values()) if (!numbers.has(mark)) numbers.set(mark, numbers.size + 1);
  return new Map([...marks].map(([path, mark]) => [path, numbers.get(mark) ?? 0]));
}
