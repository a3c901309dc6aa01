import { type Asset, BUILT } from "./assets.ts";
import { clientAssets } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import type { WorkerEntry } from "./expand-modules.ts";

/**
 * Builds the workers that a project's modules start, each into one script, before the pages that name their addresses.
 * One that cannot be built has no address: what starts it says so.
 */
export async function buildWorkers(
  workers: WorkerEntry[],
  { project, bundle, mode }: Compiling,
): Promise<{ assets: Asset[]; maps: Asset[]; addresses: Map<string, string> }> {
  const assets: Asset[] = [];
  const maps: Asset[] = [];
  const addresses = new Map<string, string>();
  for (const { path, type } of workers) {
    const { built } = await bundle([project.at(path)], "worker", { type });
    const made = await clientAssets(built, project, BUILT, { areMapsPrivate: mode === "production" });
    assets.push(...made.assets);
    maps.push(...made.maps);
    for (const { script } of made.links.values()) addresses.set(`${type} ${path}`, script);
  }
  return { assets, maps, addresses };
}
