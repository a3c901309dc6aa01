import { type Installation, installedVersions } from "../packages/install-packages.ts";
import { candidatesOf } from "../tools/candidates.ts";
import type { TailwindSources } from "../tools/tailwind.ts";
import { matcherOfSources, packagesOfSources } from "../tools/tailwind-sources.ts";

/** A scanned file, as Tailwind takes it. */
export type ScannedFile = { content: string; extension: string };

/** Number of packages whose candidates this isolate remembers, since a build after a change scans the same ones. */
const MAX_KNOWN = 8;
const known = new Map<string, Set<string>>();

/**
 * Reads the files of packages that a sheet's sources scan for classes, such as those of a component library whose
 * classes Tailwind generates.
 * @param projectRoot absolute, without a slash at its end
 */
export async function filesOfPackages(
  sources: TailwindSources,
  installation: Installation,
  projectRoot: string,
): Promise<ScannedFile[]> {
  const names = packagesOfSources(sources, [...installedVersions(installation).keys()], projectRoot);
  const isScanned = matcherOfSources(sources, projectRoot);
  const found: ScannedFile[] = [];
  for (const name of names) found.push(...(await filesOf(name, isScanned, installation, projectRoot)));
  return found;
}

/** Returns the possible classes in the files of packages that a sheet's sources scan. */
export async function candidatesOfPackages(
  sources: TailwindSources,
  installation: Installation,
  projectRoot: string,
): Promise<Set<string>> {
  const isScanned = matcherOfSources(sources, projectRoot);
  const all = new Set<string>();
  for (const name of packagesOfSources(sources, [...installedVersions(installation).keys()], projectRoot)) {
    const planned = installation.packages.find(({ folder }) => folder === `node_modules/${name}`);
    // A name may be an alias of another package, and the cache is shared by projects.
    const key = JSON.stringify([name, planned?.name, planned?.version, planned?.dist, planned?.patched?.key, sources]);
    const candidates = known.get(key) ?? new Set<string>();
    if (!known.has(key)) {
      for (const { content, extension } of await filesOf(name, isScanned, installation, projectRoot))
        for (const candidate of candidatesOf(content, extension)) candidates.add(candidate);
    }
    remember(key, candidates);
    for (const candidate of candidates) all.add(candidate);
  }
  return all;
}

async function filesOf(
  name: string,
  isScanned: (path: string) => boolean,
  installation: Installation,
  projectRoot: string,
): Promise<ScannedFile[]> {
  const folder = `node_modules/${name}`;
  const packages = await installation.matching(name, (path) => isScanned(`${projectRoot}/${folder}/${path}`));
  const decoder = new TextDecoder();
  return [...packages.paths()].map((path) => ({
    content: decoder.decode(packages.read(path) ?? new Uint8Array()),
    extension: path.slice(path.lastIndexOf(".") + 1),
  }));
}

function remember(key: string, candidates: Set<string>): void {
  known.delete(key);
  known.set(key, candidates);
  const [oldest] = known.keys();
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
}
