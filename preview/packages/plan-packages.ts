import { rcompare, satisfies, validRange } from "semver";
import { type PackageSpec, packageSpec } from "./package-spec.ts";
import { PackageUnavailable, type PackageVersion, type Packument, type Registry } from "./registry.ts";

/** One package in its place, as npm lays them out: at the top, or inside the package that needs another version. */
export type PlannedPackage = { folder: string; name: string; version: string; dist: PackageVersion["dist"] };

/** `name`: under which it is imported; `spec`: what it is in the registry. */
type Wanted = { name: string; spec: PackageSpec; parent: string; peer: boolean };

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
    const names = new Set(level.map(({ spec }) => spec.name));
    // Each name becomes a package, so that too many of them are known before any of these is asked for.
    if (new Set([...packuments.keys(), ...names]).size > MOST_PACKAGES) throw tooMany();
    for (const name of names) if (!packuments.has(name)) packuments.set(name, registry.packument(name));
    await Promise.all([...names].map((name) => packuments.get(name)));
    const next: Wanted[] = [];
    for (const wanted of level) {
      const { spec } = wanted;
      const packument = await packuments.get(spec.name);
      if (packument === undefined || isPresent(placed, wanted)) continue;
      if (placed.size >= MOST_PACKAGES) throw tooMany();
      const version = choose(packument, spec);
      const folder = place(placed, wanted);
      placed.set(folder, { folder, name: spec.name, version: version.version, dist: version.dist });
      next.push(...wantedBy(version.dependencies ?? {}, folder, false), ...peersOf(version));
    }
    level = next;
  }
  return [...placed.values()];
}

function tooMany(): PackageUnavailable {
  return new PackageUnavailable(`More than ${MOST_PACKAGES} packages are needed.`, false);
}

function wantedBy(dependencies: Record<string, string>, parent: string, peer: boolean): Wanted[] {
  const entries = Object.entries(dependencies);
  if (entries.length > MOST_PACKAGES) throw tooMany();
  return entries.map(([name, range]) => ({ name, spec: packageSpec(name, range), parent, peer }));
}

function peersOf(version: PackageVersion): Wanted[] {
  const required = Object.entries(version.peerDependencies ?? {}).filter(
    ([name]) => version.peerDependenciesMeta?.[name]?.optional !== true,
  );
  return wantedBy(Object.fromEntries(required), "", true);
}

/** Whether a package that would be found from `parent` already serves. A peer takes what is there. */
function isPresent(placed: Map<string, PlannedPackage>, { name, spec, parent, peer }: Wanted): boolean {
  for (const folder of foldersFrom(parent, name)) {
    const found = placed.get(folder);
    if (found !== undefined) return peer || validRange(spec.range) === null || satisfies(found.version, spec.range);
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

function choose(packument: Packument, { name, range }: PackageSpec): PackageVersion {
  const tagged = (tag: string) => packument["dist-tags"].get(tag);
  const exact = packument.versions.get(range) ?? packument.versions.get(tagged(range) ?? "");
  if (exact !== undefined) return exact;
  if (validRange(range) === null) throw new PackageUnavailable(`"${name}" has no version tagged "${range}".`, false);
  const latest = tagged("latest");
  const preferred =
    latest !== undefined && satisfies(latest, range)
      ? latest
      : [...packument.versions.keys()].filter((v) => satisfies(v, range)).sort(rcompare)[0];
  const found = packument.versions.get(preferred ?? "");
  if (found === undefined) throw new PackageUnavailable(`"${name}" has no version that matches "${range}".`, false);
  return found;
}
