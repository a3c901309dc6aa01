import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Asset, BUILT } from "./assets.ts";
import { clientAssets } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import type { NamedWorker, WorkerEntry } from "./expand-modules.ts";

/** A worker's address, or why it could not be built. */
export type BuiltWorker = { address: string } | { diagnostics: Diagnostic[] };

type BuiltFiles = { assets: Asset[]; maps: Asset[] };

/** The key of a worker in `Compiling.workers`. */
const keyOf = ({ type, path }: WorkerEntry): string => `${type} ${path}`;

/**
 * Builds each worker that a project's modules start into one script, before the pages that name their addresses, and
 * adds it to `compiling.workers`. A worker that starts another is built after that one. A worker's errors count when a
 * module starts it.
 * @param named workers by an alias or by the name of a package; one that is not found is an error of the import
 * @returns their assets and maps
 */
export async function buildWorkers(
  workers: WorkerEntry[],
  named: NamedWorker[],
  compiling: Compiling,
): Promise<BuiltFiles> {
  const found = named.length === 0 ? [] : await compiling.resolve(named);
  const ofNames = named.flatMap(({ type }, index) => (found[index] ? [{ type, path: found[index] }] : []));
  const waiting = new Map([...workers, ...ofNames].map((worker) => [keyOf(worker), worker]));
  const files: BuiltFiles = { assets: [], maps: [] };
  // Each round builds at least one, or is the last: the rest start each other.
  for (let isLast = false; waiting.size > 0; ) {
    const before = waiting.size;
    for (const [key, worker] of [...waiting]) {
      compiling.unbuiltWorkers.clear();
      const built = await buildWorker(worker, compiling);
      const isEarly = [...compiling.unbuiltWorkers].some((started) => waiting.has(started));
      if (isEarly && !isLast) continue;
      waiting.delete(key);
      compiling.workers.set(key, built.worker);
      files.assets.push(...built.assets);
      files.maps.push(...built.maps);
    }
    isLast = waiting.size === before;
  }
  return files;
}

async function buildWorker(
  { path, type }: WorkerEntry,
  { project, bundle, bundleScript, mode }: Compiling,
): Promise<BuiltFiles & { worker: BuiltWorker }> {
  const { built, diagnostics } = await bundle([path.startsWith("/") ? path : project.at(path)], "worker", { type });
  const { assets, maps, links } = await clientAssets(built, project, BUILT, {
    bundleScript,
    areMapsPrivate: mode === "production",
  });
  const [link] = links.values();
  return { assets, maps, worker: link === undefined ? { diagnostics } : { address: link.script } };
}
