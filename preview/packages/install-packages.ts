import { InstalledPackages } from "./installed-packages.ts";
import { type PlannedPackage, planPackages } from "./plan-packages.ts";
import type { Registry } from "./registry.ts";

/** Where the choice of versions is kept, so that a project's packages change only when its package.json does. */
export type PlanStore = { get(key: string): PlannedPackage[] | null; put(key: string, plan: PlannedPackage[]): void };

const KEPT_BYTES = 32 * 2 ** 20;
const unpacked = new Map<string, Map<string, Uint8Array>>();

/** The packages that a build may import, in their places, and how to have what they hold. */
export type Installation = {
  packages: PlannedPackage[];
  /** Why packages cannot be had, in a sentence each, by name. */
  missing: ReadonlyMap<string, string>;
  /** A package's files by path. Throws `PackageUnavailable`. */
  filesOf(planned: PlannedPackage): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * The packages of these names, to be read at once.
   * @param others ranges of packages by name, for those that are not among the planned ones
   */
  installed(names: string[], others?: Record<string, string>): Promise<InstalledPackages>;
};

/** Chooses a version and a place for each of `dependencies` and what they need. Nothing is fetched of them yet. */
export async function planInstallation(
  dependencies: Record<string, string>,
  registry: Registry,
  plans: PlanStore,
): Promise<Installation> {
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  const key = JSON.stringify(sorted);
  const packages = plans.get(key) ?? (await planPackages(sorted, registry));
  plans.put(key, packages);
  return {
    packages,
    missing: new Map(),
    filesOf: async (planned) => {
      const files = await contentsOf(planned, registry);
      keepWithin(KEPT_BYTES);
      return files;
    },
    installed: async (names, others = {}) => {
      const planned = packages.filter(({ name }) => names.includes(name));
      const rest = Object.entries(others).filter(([name]) => !planned.some((known) => known.name === name));
      const more = rest.length === 0 ? [] : await planPackages(Object.fromEntries(rest), registry);
      return read([...planned, ...more], registry);
    },
  };
}

/** Has every package of an installation ready to be read. Nothing is executed: no scripts, no binaries. */
export const readAll = ({ packages }: Installation, registry: Registry): Promise<InstalledPackages> =>
  read(packages, registry);

async function read(packages: PlannedPackage[], registry: Registry): Promise<InstalledPackages> {
  const contents = await Promise.all(packages.map((planned) => contentsOf(planned, registry)));
  keepWithin(KEPT_BYTES);
  return new InstalledPackages(new Map(packages.map(({ folder }, index) => [folder, contents[index] ?? new Map()])));
}

async function contentsOf({ name, dist }: PlannedPackage, registry: Registry): Promise<Map<string, Uint8Array>> {
  const key = dist.integrity ?? dist.tarball;
  const kept = unpacked.get(key);
  if (kept !== undefined) return kept;
  const files = await registry.files(name, dist);
  unpacked.set(key, files);
  return files;
}

/** An isolate has 128 MB for everything: the packages used longest ago go first. */
function keepWithin(limit: number): void {
  let total = 0;
  for (const files of unpacked.values()) for (const file of files.values()) total += file.byteLength;
  for (const [key, files] of unpacked) {
    if (total <= limit) return;
    for (const file of files.values()) total -= file.byteLength;
    unpacked.delete(key);
  }
}
