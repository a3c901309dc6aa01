// Files that a package's modules load from other folders of the package, bundled by the real esbuild.
import { expect, inject, it } from "vitest";
import { bundle } from "../../preview/engine/bundle.ts";
import { mountProject } from "../../preview/engine/mounted-project.ts";
import type { PackageArchive } from "../../preview/packages/package-archive.ts";
import { packageFiles } from "../../preview/packages/package-files.ts";
import { Registry } from "../../preview/packages/registry.ts";
import { clientAssets } from "../../preview/project/client-assets.ts";

const FILES = {
  "package.json": '{"name": "kit", "version": "1.0.0", "type": "module", "main": "lib/page/index.js"}',
  "lib/page/index.js": `import { offset } from "../other/offset.js";
    const worker = new Worker(new URL("../../common/worker.js", import.meta.url), { type: "module" });
    const script = new URL("../../common/plain.js", import.meta.url).href;
    worker.postMessage([offset, script, new URL("../../assets/kit.wasm", import.meta.url).href]);`,
  "lib/other/offset.js": "export const offset = import.meta.url.length;",
  "common/worker.js": `import { answer } from "./answer.js";
    import { name } from "kit-names";
    postMessage([answer, name, new URL("../assets/table.bin", import.meta.url).href]);`,
  "common/answer.js": "export const answer = 6 * 7001;",
  "common/plain.js": "self.plain = true;",
  "assets/kit.wasm": "wasm",
  "assets/table.bin": "table",
};
const NAMES = {
  "package.json": '{"name": "kit-names", "version": "1.0.0", "type": "module", "main": "index.js"}',
  "index.js": 'export const name = "of another package";',
};

/** A registry whose archives have these files. `size` is the size that each claims to have. */
const registryOf = (packages: Record<string, Record<string, string>>, size: number): Registry =>
  new (class extends Registry {
    override open({ name }: { name: string }): Promise<PackageArchive> {
      const files = Object.entries(packages[name] ?? {});
      const bytes = files.map(([path, text]): [string, Uint8Array] => [path, new TextEncoder().encode(text)]);
      const archive: Pick<PackageArchive, "list" | "read" | "readAll"> = {
        list: async () => files.map(([path]) => ({ path, size })),
        read: async (paths) => new Map(bytes.filter(([path]) => [...paths].includes(path))),
        readAll: async () => new Map(bytes),
      };
      return Promise.resolve(archive as PackageArchive);
    }
  })(inject("npmRegistry"));

const planned = (name: string) => ({
  folder: `node_modules/${name}`,
  name,
  version: "1.0.0",
  dist: { tarball: "" },
  optional: false,
});

async function built(size: number) {
  const registry = registryOf({ kit: FILES, "kit-names": NAMES }, size);
  const project = mountProject(new Map(), {
    root: "",
    publicFolder: null,
    compilerOptions: {},
    packages: [planned("kit"), planned("kit-names")],
    workspace: new Map(),
    filesOf: (one) => packageFiles(one, registry),
  });
  try {
    const entry = `${project.files.root}/entries/entry.js`;
    project.files.put(entry, 'import "kit";');
    const bundled = (path: string, side: "client" | "worker") =>
      bundle(project, {
        side,
        mode: "production",
        entries: [path],
        publicPath: "/b/",
        define: {},
        missing: new Map(),
        loaders: { ".wasm": "file", ".bin": "file" },
      });
    const { built: client, diagnostics } = await bundled(entry, "client");
    expect(diagnostics).toEqual([]);
    const { assets } = await clientAssets(client, project, "/b/", {
      bundleScript: async (path) => (await bundled(path, "worker")).built,
    });
    return new Map(assets.map(({ address, body }) => [address, new TextDecoder().decode(body)]));
  } finally {
    project.release();
  }
}

it.each([
  ["a package that is read whole", 100],
  ["a large package, of which single files are read", 4 * 2 ** 20],
])("A bundle serves the workers and files of other folders of %s, and workers with their imports", async (_, size) => {
  const served = await built(size);
  const [script = "", code = ""] = [...served].find(([path]) => /\/entry-[^.]+\.js$/.test(path)) ?? [];
  const address = (named: string, from: string): string => {
    const base = new RegExp(`new URL\\("${named}",\\s*(?:new URL\\("([^"]+)",import\\.meta\\.url\\)\\.href|import)`);
    const [, folder = "."] = base.exec(served.get(from) ?? "") ?? [];
    return new URL(named, new URL(folder, `https://app.example${from}`)).pathname;
  };
  const worker = address("../../common/worker.js", script);
  expect(served.get(worker)).toContain("of another package");
  expect(served.get(worker)).toContain(String(6 * 7001));
  expect(served.get(worker)).not.toMatch(/\bimport\s*[{"]/);
  expect(served.get(address("../../common/plain.js", script))).toBe("self.plain = true;");
  // A module that names no file keeps the address of its script.
  expect(code).toMatch(/import\.meta\.url *\.length/);
  expect(code).not.toContain("$beside_");
  const isWhole = size < 1_000;
  const wasm = isWhole
    ? (/"(\/b\/kit-[^"]+\.wasm)\?url"/.exec(code)?.[1] ?? "")
    : address("../../assets/kit.wasm", script);
  expect(served.get(wasm)).toBe("wasm");
  const table = isWhole
    ? (/"(\/b\/table-[^"]+\.bin)\?url"/.exec(served.get(worker) ?? "")?.[1] ?? "")
    : address("../assets/table.bin", worker);
  expect(served.get(table)).toBe("table");
});
