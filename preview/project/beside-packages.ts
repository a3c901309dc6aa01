import type { Built } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { type Asset, hashOf, toAsset } from "./assets.ts";
import { normalize } from "./paths.ts";

const META_URL = "import.meta.url";
/** A relative address in a package's code that a module may load at run time. */
const NAMED = /["'`](?:\.\/)?([\w.-]+\.(?:[cm]?js|wasm|json|data|bin))["'`]/g;
const SCRIPT = /\.[cm]?js$/;

/** `scripts`: the bundled scripts that look for files elsewhere now, by their path in the bundle. */
export type BesidePackages = { assets: Asset[]; scripts: Map<string, Uint8Array> };

/**
 * Serves the files that modules of packages load by computed relative addresses, such as maplibre-gl's worker, which a
 * bundle would lose. The files keep their names, in a folder with a content hash, and `import.meta.url` points there.
 */
export async function besidePackages(
  { outputFiles, metafile }: Built,
  project: MountedProject,
  base: string,
): Promise<BesidePackages> {
  const found: BesidePackages = { assets: [], scripts: new Map() };
  for (const { path, text } of outputFiles) {
    if (!path.endsWith(".js") || !text.includes(META_URL)) continue;
    const inputs = metafile.outputs[path.slice(project.files.root.length + 1)]?.inputs ?? {};
    const files = await filesBeside(Object.keys(inputs), project);
    if (files.size === 0) continue;
    const hash = (await hashOf(JSON.stringify(await Promise.all([...files.values()].map(hashOf))))).slice(0, 8);
    const folder = `beside-${hash}/`;
    for (const [name, content] of files) found.assets.push(await toAsset(base + folder + name, content));
    const moved = text.replaceAll(META_URL, `new URL(${JSON.stringify(folder)},${META_URL}).href`);
    found.scripts.set(path, new TextEncoder().encode(moved));
  }
  return found;
}

/**
 * Collects the files that modules of packages name beside themselves, by name, including those that scripts among them
 * name.
 */
async function filesBeside(inputs: string[], { files }: MountedProject): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const queue: { path: string; code: string; bundled: string[] }[] = [];
  for (const path of inputs) {
    if (!path.startsWith("node_modules/") || !SCRIPT.test(path)) continue;
    const code = (await files.readText(`${files.root}/${path}`)) ?? "";
    if (code.includes(META_URL)) queue.push({ path, code, bundled: inputs });
  }
  for (const { path, code, bundled } of queue) {
    for (const [, name = ""] of code.matchAll(NAMED)) {
      const beside = normalize(`${path}/../${name}`);
      const isKnown = found.has(name) || bundled.includes(beside);
      const content = isKnown ? null : await files.read(`${files.root}/${beside}`);
      if (content === null) continue;
      found.set(name, content);
      // A served script, such as a worker, loads modules that are in the page's bundle as well.
      if (SCRIPT.test(name)) queue.push({ path: beside, code: new TextDecoder().decode(content), bundled: [] });
    }
  }
  return found;
}
