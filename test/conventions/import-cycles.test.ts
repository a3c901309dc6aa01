import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { type Source, sources } from "../../dev/words/sources.ts";

const files = sources().filter(({ path }) => /\.tsx?$/.test(path));

const imported = /(?:\bimport|\bexport)\s+(?!type\b)[^;"']*?\bfrom\s*"(\.[^"]+)"|\bimport\s*\(?\s*"(\.[^"]+)"/g;

/**
 * Returns the files that a file imports at run time, as paths from the root. Type imports leave no trace at run time.
 */
const importsOf = ({ path, text }: Source): string[] =>
  [...text.matchAll(imported)].map(([, from, plain]) => normalize(join(dirname(path), from ?? plain ?? "")));

const graph = new Map(files.map((file) => [file.path, importsOf(file)]));

/** Returns the files of one cycle in import order, or an empty list. */
function cycleIn(folder: string): string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...trail, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const found = file.startsWith(folder) ? visit(file, []) : [];
    if (found.length > 0) return found;
  }
  return [];
}

describe("imports", () => {
  it.each(["worker", "preview", "frontend/src", "drizzle", "dev", "bench", "test"])(
    "No file in %s imports itself by way of others",
    (folder) => expect(cycleIn(`${folder}/`)).toEqual([]),
  );
});
