import { maxSatisfying, satisfies, validRange } from "semver";
import { PackageUnavailable, type PackageVersion, type Packument, type Registry } from "./registry.ts";

/** One package in its place, as npm lays them out: at the top, or inside the package that needs another version. */
export type PlannedPackage = { folder: string; name: string; version: string; dist: PackageVersion["dist"] };

type Wanted = { name: string; range: string; parent: string; peer: boolean };

const MOST_PACKAGES = 300;

/**
 * Chooses a version and a place for each package a project needs, its dependencies' dependencies included.
 * Throws {@link PackageUnavailable}.
 */
export async function planPackages(
  dependencies: Record<string, string>,
  registry: Registry,
): Promise<PlannedPackage[]> {
  const placed = new Map<string, PlannedPackage>();
  const packuments = new Map<string, Promise<Packument>>();
  let level = wantedBy(dependencies, "", false);
  while (level.length > 0) {
    const names = level.map(({ name, range }) => aliasOf(name, range).name);
    for (const name of names) if (!packuments.has(name)) packuments.set(name, registry.packument(name));
    await Promise.all(names.map((name) => packuments.get(name)));
    const next: Wanted[] = [];
    for (const wanted of level) {
      const alias = aliasOf(wanted.name, wanted.range);
      const packument = await packuments.get(alias.name);
      if (packument === undefined || isPresent(placed, wanted, alias.range)) continue;
      const version = choose(packument, alias.name, alias.range);
      const folder = place(placed, wanted);
      placed.set(folder, { folder, name: alias.name, version: version.version, dist: version.dist });
      next.push(...wantedBy(version.dependencies ?? {}, folder, false), ...peersOf(version));
    }
    if (placed.size > MOST_PACKAGES)
      throw new PackageUnavailable(`More than ${MOST_PACKAGES} packages are needed.`, false);
    level = next;
  }
  return [...placed.values()];
}

function wantedBy(dependencies: Record<string, string>, parent: string, peer: boolean): Wanted[] {
  return Object.entries(dependencies).map(([name, range]) => ({ name, range, parent, peer }));
}

function peersOf(version: PackageVersion): Wanted[] {
  const required = Object.entries(version.peerDependencies ?? {}).filter(
    ([name]) => version.peerDependenciesMeta?.[name]?.optional !== true,
  );
  return wantedBy(Object.fromEntries(required), "", true);
}

/** `npm:other@^1` names another package. */
function aliasOf(name: string, range: string): { name: string; range: string } {
  const alias = /^npm:((?:@[^/]+\/)?[^@]+)(?:@(.*))?$/.exec(range);
  return alias?.[1] === undefined ? { name, range: range || "*" } : { name: alias[1], range: alias[2] ?? "*" };
}

/** Whether a package that would be found from `parent` already serves. A peer takes what is there. */
function isPresent(placed: Map<string, PlannedPackage>, wanted: Wanted, range: string): boolean {
  for (const folder of foldersFrom(wanted.parent, wanted.name)) {
    const found = placed.get(folder);
    if (found !== undefined) return wanted.peer || validRange(range) === null || satisfies(found.version, range);
  }
  return false;
}

/** At the top if that is free, so that most packages are shared; else inside the package that wants it. */
function place(placed: Map<string, PlannedPackage>, { name, parent }: Wanted): string {
  const top = `node_modules/${name}`;
  return placed.has(top) && parent !== "" ? `${parent}/${top}` : top;
}

/** Where a package is looked for from a folder, nearest first. */
export function foldersFrom(folder: string, name: string): string[] {
  const segments = folder === "" ? [] : folder.split("/");
  const ancestors = segments.map((_, index) => segments.slice(0, segments.length - index).join("/"));
  const inside = ancestors.filter((ancestor) => !ancestor.endsWith("node_modules"));
  return [...inside.map((ancestor) => `${ancestor}/node_modules/${name}`), `node_modules/${name}`];
}

function choose(packument: Packument, name: string, range: string): PackageVersion {
  const versions = packument.versions;
  const latest = packument["dist-tags"].latest;
  const exact = versions[range] ?? versions[packument["dist-tags"][range] ?? ""];
  if (exact !== undefined) return exact;
  if (validRange(range) === null) {
    throw new PackageUnavailable(`"${name}": "${range}" is no version of a package in the registry.`, false);
  }
  const preferred =
    latest !== undefined && satisfies(latest, range) ? latest : maxSatisfying(Object.keys(versions), range);
  const found = versions[preferred ?? ""];
  if (found === undefined) throw new PackageUnavailable(`"${name}" has no version that matches "${range}".`, false);
  return found;
}
