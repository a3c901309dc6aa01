import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Asset, BUILT } from "./assets.ts";
import { clientAssets } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import type { WorkerEntry } from "./expand-modules.ts";

/** A worker's address, or why it could not be built. */
export type BuiltWorker = { address: string } | { diagnostics: Diagnostic[] };

/**
 * Builds each worker that a project's modules start into one script, before the pages that name their addresses. A
 * worker's errors count when a module starts it.
 */
export async function buildWorkers(
  workers: WorkerEntry[],
  { project, bundle, bundleScript, mode }: Compiling,
): Promise<{ assets: Asset[]; maps: Asset[]; workers: Map<string, BuiltWorker> }> {
  const assets: Asset[] = [];
  const maps: Asset[] = [];
  const made = new Map<string, BuiltWorker>();
  for (const { path, type } of workers) {
    const { built, diagnostics } = await bundle([project.at(path)], "worker", { type });
    const files = await clientAssets(built, project, BUILT, {
      bundleScript,
      areMapsPrivate: mode === "production",
    });
    assets.push(...files.assets);
    maps.push(...files.maps);
    const [link] = files.links.values();
    made.set(`${type} ${path}`, link === undefined ? { diagnostics } : { address: link.script });
  }
  return { assets, maps, workers: made };
}
