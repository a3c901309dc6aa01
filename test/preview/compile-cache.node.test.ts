// A change of one file compiles one file, and the cache is bounded.
import { expect, it } from "vitest";
import { PackumentMemory } from "../../preview/packages/packument-cache.ts";
import { type CachedCompiler, compileChanged } from "../../preview/project/compile-cache.ts";
import { ContentCache, contentKey } from "../../preview/tools/content-cache.ts";

type Source = { path: string; content: string };

const sourcesOf = (contents: string[]): Source[] =>
  contents.map((content, index) => ({ path: `src/${index}.vue`, content }));

/** A compiler that records its calls. */
function noting(key: unknown[], isWhole: CachedCompiler<string>["isWhole"] = () => true) {
  const asked: string[][] = [];
  const compile = async (sources: Source[]) => {
    asked.push(sources.map(({ content }) => content));
    return sources.map(({ path, content }) => `${path}: ${content}`);
  };
  return { asked, compiler: { key, compile, isWhole } };
}

it("compileChanged compiles only the files whose content changed, and returns all outputs in order", async () => {
  const { asked, compiler } = noting([crypto.randomUUID()]);
  await compileChanged(sourcesOf(["a", "b", "c"]), compiler);
  const outputs = await compileChanged(sourcesOf(["a", "changed", "c"]), compiler);
  expect(asked).toEqual([["a", "b", "c"], ["changed"]]);
  expect(outputs).toEqual(["src/0.vue: a", "src/1.vue: changed", "src/2.vue: c"]);
  await compileChanged(sourcesOf(["a", "b", "c"]), compiler);
  expect(asked.length).toBe(2);
});

it("compileChanged compiles again when the compiler, its version, its options or the file's path differ", async () => {
  const id = crypto.randomUUID();
  await compileChanged(sourcesOf(["a"]), noting([id, "vue", "3.5.0"]).compiler);
  const other = noting([id, "vue", "3.5.1"]);
  await compileChanged(sourcesOf(["a"]), other.compiler);
  expect(other.asked).toEqual([["a"]]);
  const moved = noting([id, "vue", "3.5.0"]);
  await compileChanged([{ path: "src/moved.vue", content: "a" }], moved.compiler);
  expect(moved.asked).toEqual([["a"]]);
});

it("compileChanged compiles a file again whose output depends on more than its content", async () => {
  const { asked, compiler } = noting([crypto.randomUUID()], (_, { content }) => content !== "imports types");
  await compileChanged(sourcesOf(["imports types", "b"]), compiler);
  await compileChanged(sourcesOf(["imports types", "b"]), compiler);
  expect(asked).toEqual([["imports types", "b"], ["imports types"]]);
});

it("ContentCache drops the results used longest ago when it holds more than its bytes", () => {
  const cache = new ContentCache<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  cache.get("a");
  cache.set("c", "C", 4);
  expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual(["A", undefined, "C"]);
  cache.set("large", "L", 11);
  expect(["a", "c", "large"].map((key) => cache.get(key))).toEqual([undefined, undefined, undefined]);
});

it("contentKey distinguishes sets and maps, which JSON does not", async () => {
  const keys = await Promise.all(
    [new Set(["a"]), new Set(["b"]), new Map([["a", 1]]), new Map([["a", 2]]), {}].map((one) => contentKey([one])),
  );
  expect(new Set(keys).size).toBe(keys.length);
});

it("PackumentMemory holds no more than 16 MB for any number of projects", () => {
  const memory = new PackumentMemory();
  const packument = { "dist-tags": new Map<string, string>(), versions: new Map() };
  const until = Date.now() + 60_000;
  for (let index = 0; index < 9; index += 1) memory.set(`package-${index}`, { packument, bytes: 2 * 2 ** 20, until });
  expect(memory.get("package-0")).toBeNull();
  expect(memory.get("package-1")).toBe(packument);
  memory.set("package-1", { packument, bytes: 1, until: Date.now() - 1 });
  expect(memory.get("package-1")).toBeNull();
});
