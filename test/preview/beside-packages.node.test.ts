import { expect, it } from "vitest";
import type { Built } from "../../preview/engine/esbuild.ts";
import { MountedFiles } from "../../preview/engine/mounted-files.ts";
import type { MountedProject } from "../../preview/engine/mounted-project.ts";
import { besidePackages } from "../../preview/project/beside-packages.ts";

it("besidePackages serves the modules of a package's worker, those that the page's bundle has among them", async () => {
  const files = new MountedFiles("/m1");
  const sources: Record<string, string> = {
    "index.js":
      'import { NAME } from "./shared.js"; new Worker(new URL("./worker.js", import.meta.url)); export { NAME };',
    "shared.js": 'export const NAME = "kit";',
    "worker.js": 'import { NAME } from "./shared.js"; postMessage(NAME);',
  };
  for (const [name, code] of Object.entries(sources)) files.put(`/m1/node_modules/kit/${name}`, code);
  const inputs = { "node_modules/kit/index.js": {}, "node_modules/kit/shared.js": {} };
  const built = {
    outputFiles: [{ path: "/m1/out/index.js", text: "new URL('./worker.js', import.meta.url)" }],
    metafile: { outputs: { "out/index.js": { inputs } } },
  } as unknown as Built;
  const { assets, scripts } = await besidePackages(built, { files } as MountedProject, "/built/");
  expect(assets.map(({ address }) => address.replace(/beside-\w+/, "beside")).sort()).toEqual([
    "/built/beside/shared.js",
    "/built/beside/worker.js",
  ]);
  expect([...scripts.keys()]).toEqual(["/m1/out/index.js"]);
});
