import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { describe, expect, it } from "vitest";
import { bundle } from "../../preview/engine/bundle.ts";
import type { Built } from "../../preview/engine/esbuild.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";
import { type Minifying, minifyScripts } from "../../preview/project/minify-scripts.ts";
import { ToolFailure } from "../../preview/tools/tool-runner.ts";

const FILES = {
  "main.js": `import "./style.css";
import address from "./copied.txt";
export function firstOfAll(parameter) {
  if (parameter) throw new Error("thrown here");
  return address;
}`,
  "style.css": ".card {\n  color: #ff0000;\n}\n",
  "copied.txt": "a file   that is copied",
};

/** Bundles the files for a publication, and minifies them. */
async function minified(options: Omit<Minifying, "target">): Promise<(ending: string) => string> {
  const project = mountProject(new Map(), {
    root: "",
    publicFolder: null,
    compilerOptions: {},
    packages: [],
    workspace: new Map(),
    filesOf: async () => new Map(),
  });
  try {
    for (const [path, content] of Object.entries(FILES)) project.files.put(`${project.files.root}/${path}`, content);
    const { built, minifyFor } = await bundle(project, {
      side: "client",
      mode: "production",
      entries: [`${project.files.root}/main.js`],
      publicPath: "/",
      define: {},
      missing: new Map(),
      loaders: { ".txt": "file" },
      minify: "later",
    });
    await minifyScripts(built as Built, { target: minifyFor ?? [], ...options });
    return (ending) => built?.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  } finally {
    project.release();
  }
}

const failing = { run: async () => Promise.reject(new ToolFailure("terser did not end within 30 s.")) };
const unasked = { run: async () => Promise.reject(new Error("Terser is not to be asked.")) };

/** Returns the line of main.js that a script's map gives for the place where it throws. */
function lineOfError(output: (ending: string) => string): number | null {
  const column = output(".js").split("\n")[0]?.indexOf("new Error") ?? -1;
  return originalPositionFor(new TraceMap(output(".js.map")), { line: 1, column }).line;
}

/** Minifies scripts of parts, which have no maps. */
async function ofParts(names: string[], options: Omit<Minifying, "target">): Promise<string[]> {
  const file = (name: string) => ({ path: `/out/${name}`, hash: "", contents: new TextEncoder().encode("var part;") });
  const outputFiles = names.map((name) => {
    const made = file(name);
    return Object.assign(made, { text: new TextDecoder().decode(made.contents) });
  });
  await minifyScripts({ outputFiles } as unknown as Built, { target: [], ...options });
  return outputFiles.map(({ contents }) => new TextDecoder().decode(contents));
}

describe("scripts of a publication", () => {
  it("Of an app in parts, Terser minifies the scripts that pages load first, and no others", async () => {
    const names = ["package-0123abcd-0-first.js", "package-0123abcd-7-0.js", "package-0123abcd-7-3.js", "copied.js"];
    const terser = { run: async <Answer>() => ({ code: "shorter", map: "" }) as Answer };
    expect(await ofParts(names, { runner: terser })).toEqual(["shorter", "shorter", "var part;", "var part;"]);
  });

  it("A script of a part that Terser does not minify stays as esbuild has minified it", async () => {
    const names = ["package-0123abcd-0-first.js"];
    expect(await ofParts(names, { runner: failing })).toEqual(["var part;"]);
    // Minified code has more nodes a byte.
    expect(await ofParts(names, { runner: unasked, limits: { script: 13, all: 100 } })).toEqual(["var part;"]);
  });

  it("A script that Terser does not minify in time is minified by esbuild, with the map of its source", async () => {
    const output = await minified({ runner: failing });
    expect(output(".js")).not.toMatch(/parameter|\n\s/);
    expect(lineOfError(output)).toBe(4);
  });

  it("A script that is too large for Terser is minified by esbuild", async () => {
    const output = await minified({ runner: unasked, limits: { script: 10, all: 1_000_000 } });
    expect(output(".js")).not.toMatch(/parameter|\n\s/);
    expect(lineOfError(output)).toBe(4);
  });

  it("a style sheet is minified, and a copied file is not", async () => {
    const output = await minified({ runner: failing });
    expect(output(".css").trim()).toBe(".card{color:red}");
    expect(output(".txt")).toBe(FILES["copied.txt"]);
  });
});
