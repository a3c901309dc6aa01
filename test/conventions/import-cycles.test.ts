import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { type Source, sources } from "../../dev/words/sources.ts";
import { cycleIn } from "./cycle-in.ts";

const files = sources().filter(({ path }) => /\.tsx?$/.test(path));

const imported = /(?:\bimport|\bexport)\s+(?!type\b)[^;"']*?\bfrom\s*"(\.[^"]+)"|\bimport\s*\(?\s*"(\.[^"]+)"/g;

/**
 * Returns the files that a file imports at run time, as paths from the root. Type imports leave no trace at run time.
 */
const importsOf = ({ path, text }: Source): string[] =>
  [...text.matchAll(imported)].map(([, from, plain]) => normalize(join(dirname(path), from ?? plain ?? "")));

const graph = new Map(files.map((file) => [file.path, importsOf(file)]));

const filesIn = (folder: string): string[] => [...graph.keys()].filter((file) => file.startsWith(`${folder}/`));

describe("imports", () => {
  it.each(["worker", "preview", "frontend/src", "drizzle", "dev", "bench", "test"])(
    "No file in %s imports itself by way of others",
    (folder) => {
      expect(filesIn(folder).length).toBeGreaterThan(0);
      expect(cycleIn(graph, filesIn(folder))).toEqual([]);
    },
  );

  it("cycleIn finds a cycle behind files that are in none", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b"]],
    ]);
    expect(cycleIn(graph)).toEqual(["b", "c", "b"]);
    expect(cycleIn(new Map([["a", ["b"]]]))).toEqual([]);
  });
});
