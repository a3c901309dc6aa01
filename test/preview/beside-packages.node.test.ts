import { describe, expect, it } from "vitest";
import type { Built } from "../../preview/engine/esbuild.ts";
import { MountedFiles } from "../../preview/engine/mounted-files.ts";
import type { MountedProject } from "../../preview/engine/mounted-project.ts";
import { markedModules, replaceMarks, withMarks } from "../../preview/packages/module-address.ts";
import { besidePackages } from "../../preview/project/beside-packages.ts";

type Output = { path: string; text: string };

const builtOf = (outputs: Output[], inputs: string[]): Built =>
  ({
    outputFiles: outputs.map(({ path, text }) => ({ path, text, contents: new TextEncoder().encode(text) })),
    metafile: { inputs: Object.fromEntries(inputs.map((path) => [path, {}])), outputs: {} },
  }) as unknown as Built;

/** A package's files, its `lib/page/index.js` as the page's bundle has it, and the scripts that can be bundled, by path. */
async function beside(files: Record<string, string>, bundles: Record<string, Built> = {}) {
  const mounted = new MountedFiles("/m1");
  for (const [name, code] of Object.entries(files))
    mounted.put(`/m1/node_modules/kit/${name}`, withMarks(code, `node_modules/kit/${name}`));
  const main = withMarks(files["lib/page/index.js"] ?? "", "node_modules/kit/lib/page/index.js");
  const built = builtOf([{ path: "/m1/out/main.js", text: main }], ["node_modules/kit/lib/page/index.js"]);
  const asked: string[] = [];
  const { assets, scripts } = await besidePackages(
    built,
    { files: mounted } as MountedProject,
    "/b/",
    async (path, type) => {
      asked.push(`${type} ${path}`);
      return bundles[path.slice("/m1/node_modules/kit/".length)] ?? null;
    },
  );
  const plain = (text: string): string => text.replace(/beside-\w+/g, "beside").replace(/ +(?=[,)\]]|$)/g, "");
  const decode = (bytes: Uint8Array): string => plain(new TextDecoder().decode(bytes));
  return {
    asked,
    served: Object.fromEntries(assets.map(({ address, body }) => [plain(address), decode(body)])),
    types: Object.fromEntries(assets.map(({ address, contentType }) => [plain(address), contentType])),
    main: decode(scripts.get("/m1/out/main.js") ?? new TextEncoder().encode(main)),
  };
}

describe("besidePackages", () => {
  it("besidePackages serves a file of another folder of a package at its own path, from which its module's address is", async () => {
    const { served, main } = await beside({
      "lib/page/index.js": 'fetch(new URL("../../assets/kit.wasm", import.meta.url));',
      "assets/kit.wasm": "wasm",
    });
    expect(served).toEqual({ "/b/beside/kit/assets/kit.wasm": "wasm" });
    expect(main).toBe(
      'fetch(new URL("../../assets/kit.wasm", new URL("beside/kit/lib/page/index.js",import.meta.url).href));',
    );
  });

  it("besidePackages bundles a worker of another folder with the modules that it imports, and serves the files that these name", async () => {
    const common = withMarks('fetch(new URL("./data.bin", import.meta.url))', "node_modules/kit/common/shared.js");
    const { asked, served } = await beside(
      {
        "lib/page/index.js":
          'new Worker(new URL("../../common/worker.js", import.meta.url), { type: "module", name: "kit" });',
        "common/worker.js": 'import "./deep/start.js";',
        "common/shared.js": 'fetch(new URL("./data.bin", import.meta.url))',
        "common/data.bin": "data",
      },
      {
        "common/worker.js": builtOf(
          [{ path: "/m1/out/worker.js", text: common }],
          ["node_modules/kit/common/shared.js"],
        ),
      },
    );
    expect(asked).toEqual(["module /m1/node_modules/kit/common/worker.js"]);
    expect(served).toEqual({
      "/b/beside/kit/common/data.bin": "data",
      "/b/beside/kit/common/worker.js":
        'fetch(new URL("./data.bin", new URL("../../kit/common/shared.js",import.meta.url).href))',
    });
  });

  it("besidePackages bundles a worker without a type as a classic script, whose address is its location", async () => {
    const text = `var a={};${withMarks('fetch(new URL("a.bin",import.meta.url))', "node_modules/kit/lib/page/w.js").replace("import.meta", "a")}`;
    const { asked, served } = await beside(
      {
        "lib/page/index.js": 'new Worker(new URL("./w", import.meta.url));',
        "lib/page/w.js": 'import "./x.js"; fetch(new URL("a.bin",import.meta.url))',
        "lib/page/a.bin": "data",
      },
      { "lib/page/w.js": builtOf([{ path: "/m1/out/w.js", text }], ["node_modules/kit/lib/page/w.js"]) },
    );
    expect(asked).toEqual(["classic /m1/node_modules/kit/lib/page/w.js"]);
    expect(served["/b/beside/kit/lib/page/w"]).toBe(
      'var a={};fetch(new URL("a.bin",new URL("../../../kit/lib/page/w.js",self.location.href).href))',
    );
  });

  it("besidePackages serves a script that cannot be built as it is written, with the scripts that it names", async () => {
    const { served, types } = await beside({
      "lib/page/index.js": 'const NAME = "./worker.js"; new Worker(new URL(NAME, import.meta.url));',
      "lib/page/worker.js": 'import { NAME } from "./shared.js"; postMessage([NAME, import.meta.url]);',
      "lib/page/shared.js": 'export const NAME = "kit";',
    });
    expect(served).toEqual({
      "/b/beside/kit/lib/page/worker.js": 'import { NAME } from "./shared.js"; postMessage([NAME, import.meta.url]);',
      "/b/beside/kit/lib/page/shared.js": 'export const NAME = "kit";',
    });
    expect(types["/b/beside/kit/lib/page/worker.js"]).toContain("text/javascript");
  });

  it("besidePackages leaves the script's own address to a module that names no file, and serves none outside of the packages", async () => {
    const code = 'console.log(import.meta.url, "../../../../secret.json", "./none.js");';
    const { served, main } = await beside({ "lib/page/index.js": code });
    expect([served, main]).toEqual([{}, code]);
  });
});

it("withMarks marks an address in code and not in texts, and the mark has the module's path", () => {
  const code = 'const a = "import.meta.url"; // import.meta.url\nload(import.meta . url);';
  const path = "node_modules/@a-b/c_d/ü/e.js";
  const marked = withMarks(code, path);
  expect([...markedModules(marked)]).toEqual([path]);
  expect(replaceMarks(marked, (module, own) => `${own}|${module}`)).toBe(
    `const a = "import.meta.url"; // import.meta.url\nload(${`import.meta.url|${path}`.padEnd(marked.length - code.length + 17)});`,
  );
});
