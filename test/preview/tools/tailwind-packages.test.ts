import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InstalledPackages } from "../../../preview/packages/installed-packages.ts";
import { compileStyleSheets, type StyleCompiling } from "../../../preview/project/style-sheets.ts";
import { installPackages, type NodeToolRunner, startNodeToolRunner } from "./node-tool-runner.ts";

// A component library's classes are in its package. clsx has the word "object" in its code, which is a class here.

const CLSX = "2.1.1";

let runner: NodeToolRunner;
beforeAll(async () => {
  runner = await startNodeToolRunner();
});
afterAll(() => runner.stop());

async function compiled(files: Record<string, string>, tailwindcss: string): Promise<string> {
  const versions: Record<string, string> = { tailwindcss, clsx: CLSX };
  const nodeModules = join(await installPackages(versions), "node_modules");
  const read = async (name: string, isWanted = (_path: string) => true) => packageAt(nodeModules, name, isWanted);
  const packages = Object.entries(versions).map(([name, version]) => ({
    name,
    version,
    folder: `node_modules/${name}`,
    dist: { tarball: "" },
    optional: false,
  }));
  const installation = {
    packages,
    workspace: new Map<string, string>(),
    installed: ([name = ""]: string[]) => read(name),
    stylesOf: (name: string) => read(name),
    matching: read,
  } as Partial<StyleCompiling["installation"]> as StyleCompiling["installation"];
  const versionOf = (name: string) => versions[name] ?? null;
  const sheets = await compileStyleSheets({
    files: new Map(Object.entries(files)),
    root: "",
    around: new Map(),
    installation,
    runner,
    versionOf,
  });
  const { css = "", diagnostics = [] } = sheets.get("src/main.css") ?? {};
  expect(diagnostics).toEqual([]);
  return css;
}

function packageAt(nodeModules: string, name: string, isWanted: (path: string) => boolean): InstalledPackages {
  const folder = join(nodeModules, name);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).filter(isWanted);
  const files = new Map(paths.map((path) => [path, new Uint8Array(readFileSync(join(folder, path)))]));
  return new InstalledPackages(new Map([[`node_modules/${name}`, files]]));
}

describe("compileStyleSheets", () => {
  test("compileStyleSheets generates the classes of a package that a source of Tailwind 4 names, and of no other", async () => {
    const styles = (sources: string) => {
      const sheet = `@import "tailwindcss" source(none);\n${sources}\n@utility object { color: #abcdef; }`;
      return compiled({ "src/main.css": sheet }, "4.3.5");
    };
    expect(await styles('@source "../node_modules/clsx/dist";')).toContain("#abcdef");
    expect(await styles('@source "../node_modules/clsx/*.md";')).not.toContain("#abcdef");
    expect(await styles('@source "../node_modules/gone/dist";')).not.toContain("#abcdef");
  });

  test("compileStyleSheets generates the classes of a package that the content of Tailwind 3 names", async () => {
    const styles = (content: string) => {
      const config = `module.exports = { content: ["${content}"], plugins: [({ addUtilities }) => addUtilities({ ".object": { color: "#abcdef" } })] };`;
      return compiled({ "src/main.css": "@tailwind utilities;", "tailwind.config.js": config }, "3.4.19");
    };
    expect(await styles("./node_modules/clsx/**/*.js")).toContain("#abcdef");
  });
});
