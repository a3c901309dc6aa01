// Style sheets of pages and of code that they import later, divided after a bundle by Node's own esbuild, over a folder on disk.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuildResult, build, type Plugin } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { MountedFiles } from "../../preview/engine/mounted-files.ts";
import type { MountedProject } from "../../preview/engine/mounted-project.ts";
import type { DependencyBundle } from "../../preview/project/dependency-bundle.ts";
import { entryStyles } from "../../preview/project/entry-styles.ts";
import { APART } from "../../preview/project/package-imports.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

type Options = { entries?: string[]; minify?: boolean; styles?: Record<string, string[]> };

/** The rules that each page links first, and those that come with the scripts of modules, which are named by their bundle's last line. */
async function divided(files: Record<string, string>, { entries = ["main.js"], minify = true, styles }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-styles-"));
  folders.push(folder);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [path, text] of Object.entries(files)) put(join(folder, path), text);
  let bundles = 0;
  const bundle = (own: string[], plugins: Plugin[]): Promise<BuildResult<{ write: false; metafile: true }>> => {
    bundles += 1;
    return build({
      absWorkingDir: folder,
      entryPoints: own,
      outdir: join(folder, "out"),
      entryNames: "[name]-[hash]",
      chunkNames: "chunk-[hash]",
      publicPath: "/__edgesmith/built/",
      loader: { ".svg": "file" },
      external: [`${APART}*`],
      plugins,
      bundle: true,
      splitting: true,
      format: "esm",
      minify,
      metafile: true,
      write: false,
      logLevel: "silent",
    });
  };
  const built = await bundle(
    entries.map((path) => join(folder, path)),
    [],
  );
  const mounted = new MountedFiles(folder);
  mounted.put = put;
  const found = await entryStyles(built, {
    project: { files: mounted } as unknown as MountedProject,
    base: "/",
    entries,
    dependencies: styles
      ? ({
          styles: new Map(Object.entries(styles)),
          addresses: new Map([["late", "/late.js"]]),
        } as unknown as DependencyBundle)
      : null,
    bundle: async (own, plugin) => ({ built: await bundle(own, [plugin]), diagnostics: [] }),
  });
  const textAt = (address: string): string =>
    built.outputFiles.find(({ path }) => path.endsWith(address))?.text.trim() ?? address;
  const entryAt = (address: string): string =>
    Object.entries(built.metafile.outputs).find(([path]) => path.endsWith(address))?.[1].entryPoint ?? address;
  const pages = Object.fromEntries(
    [...(found ?? [])].map(([entry, { styles: first, late }]) => [
      entry,
      {
        first: first.map(textAt),
        late: late.map(({ address, scripts }) => [textAt(address), ...scripts.map(entryAt).sort()]),
      },
    ]),
  );
  const sheets = built.outputFiles.filter(({ path }) => path.endsWith(".css")).length;
  const script = built.outputFiles.map(({ path, text }) => (path.endsWith(".js") ? text : "")).join("\n");
  return { found, pages, bundles, sheets, script };
}

describe("the style sheets of a page and of the code that it imports later", () => {
  it("A page links the rules of its first code, also those that later code repeats, and each later module has its own", async () => {
    const { pages, sheets } = await divided({
      "main.js": `import "./main.css"; export const open = [() => import("./one.js"), () => import("./two.js")];`,
      "one.js": `import "./main.css"; import "./shared.js"; import "./one.css"; export const one = 1;`,
      "two.js": `import "./shared.js"; import "./two.css"; export const two = () => import("./three.js");`,
      "three.js": `import "./two.css"; import "./three.css"; export const three = 3;`,
      "shared.js": `import "./shared.css";`,
      "main.css": "*{margin:0}.main{color:red}",
      "shared.css": ".shared{color:red}",
      "one.css": "*{margin:0}.one{color:red}",
      "two.css": ".two{color:red}",
      "three.css": "@import './main.css';.three{color:red}",
    });
    expect(pages["main.js"]).toEqual({
      first: ["*{margin:0}.main{color:red}"],
      late: [
        [".shared{color:red}", "one.js", "two.js"],
        ["*{margin:0}.one{color:red}", "one.js"],
        [".two{color:red}", "two.js"],
        ["*{margin:0}.main{color:red}.three{color:red}", "three.js"],
      ],
    });
    expect(sheets).toBe(5);
  });

  it("A page whose later code has no styles of its own is bundled once, and links one sheet", async () => {
    const { pages, bundles, sheets } = await divided({
      "main.js": `import "./main.css"; import { one } from "./one.js"; export const open = () => import("./late.js"); one();`,
      "late.js": `import "./main.css"; import { one } from "./one.js"; export const late = one;`,
      "one.js": `import "./one.css"; export const one = () => 1;`,
      "main.css": ".main{color:red}",
      "one.css": ".one{color:red}",
    });
    expect(pages["main.js"]).toEqual({ first: [".main{color:red}.one{color:red}"], late: [] });
    expect([bundles, sheets]).toEqual([1, 1]);
  });

  it("The rules of a page are in the order of its own imports, whatever later code imports before", async () => {
    const { pages } = await divided({
      "main.js": `import { open } from "./routes.js"; import "./reset.css"; import "./main.css"; open();`,
      "routes.js": `export const open = () => import("./late.js");`,
      "late.js": `import "./main.css"; export const late = 1;`,
      "reset.css": ".reset{color:red}",
      "main.css": ".main{color:red}",
    });
    expect(pages["main.js"]).toEqual({ first: [".reset{color:red}.main{color:red}"], late: [] });
  });

  it("Two pages have their own rules, and a sheet that one of them has comes with later code of both", async () => {
    const { pages } = await divided(
      {
        "one.js": `import "./card.css"; export const open = () => import("./late.js");`,
        "two.js": `import "./two.css"; export const open = () => import("./late.js"); export const only = () => import("./only.js");`,
        "late.js": `import "./card.css"; export const late = 1;`,
        "only.js": `import "./two.css"; import "./only.css"; export const only = 1;`,
        "card.css": ".card{color:red}",
        "two.css": ".two{color:red}",
        "only.css": ".only{color:red}",
      },
      { entries: ["one.js", "two.js"] },
    );
    const late = [".card{color:red}", "late.js"];
    expect(pages).toEqual({
      "one.js": { first: [".card{color:red}"], late: [late] },
      "two.js": { first: [".two{color:red}"], late: [late, [".only{color:red}", "only.js"]] },
    });
  });

  it.each([true, false])(
    "CSS modules keep the names that scripts have, and composed ones come first: minified %s",
    async (minify) => {
      const { pages, script } = await divided(
        {
          "main.js": `import own from "./own.module.css"; console.log(own.title); export const open = () => import("./late.js");`,
          "late.js": `import styles from "./late.module.css"; import "./late.css"; console.log("late is " + styles.title);`,
          "base.module.css": ".base{margin:1px}",
          "own.module.css":
            "@font-face{font-family:own;src:url(./a.svg)}.title{composes:base from './base.module.css';color:#f00}",
          "late.module.css": ".title{composes:base from './base.module.css';background:url(./a.svg)}",
          "late.css": "@import 'https://fonts.example/late.css';@import './sub.css' (min-width:1px);.late{color:red}",
          "sub.css": ".sub{color:red}",
          "a.svg": "<svg/>",
        },
        { minify },
      );
      const page = pages["main.js"];
      const classes = (text = "") => [...text.matchAll(/\.([\w-]+)\s*\{/g)].map(([, name = ""]) => name);
      const [[late, root] = []] = page?.late ?? [];
      expect(page?.first).toHaveLength(1);
      expect(page?.late).toHaveLength(1);
      expect(classes(page?.first[0])).toHaveLength(2);
      expect(script).toContain(classes(page?.first[0]).join(" "));
      expect(classes(late)).toEqual([expect.any(String), "sub", "late"]);
      expect(script).toContain(`${classes(page?.first[0])[0]} ${classes(late)[0]}"`);
      expect(late).toMatch(/^@import\s*"https:\/\/fonts\.example\/late\.css";/);
      expect(late).toMatch(/url\("?\/__edgesmith\/built\/a-[0-9A-Z]+\.svg"?\)/);
      expect(root).toBe("late.js");
    },
  );

  it("The sheets of packages that are bundled apart come with the code that imports them", async () => {
    const { pages, bundles } = await divided(
      {
        "main.js": `import "${APART}first"; import "./main.css"; export const open = () => import("./late.js"); export const other = () => import("${APART}late");`,
        "late.js": `import "${APART}first"; import "${APART}second"; export const late = 1;`,
        "main.css": ".main{color:red}",
      },
      { styles: { first: ["/first.css"], second: ["/second.css"], late: ["/late.css"] } },
    );
    expect(pages["main.js"]).toEqual({
      first: ["/first.css", ".main{color:red}"],
      late: [
        ["/second.css", "late.js"],
        ["/late.css", "/late.js"],
      ],
    });
    expect(bundles).toBe(1);
  });

  it("A CSS module that imports a sheet of another host leaves the sheets as they are", async () => {
    const { found, sheets } = await divided({
      "main.js": `export const open = () => import("./late.js");`,
      "late.js": `import styles from "./late.module.css"; console.log(styles.title);`,
      "late.module.css": "@import 'https://fonts.example/late.css';.title{color:red}",
    });
    expect(found).toBeNull();
    expect(sheets).toBe(2);
  });
});
