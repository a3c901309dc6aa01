import { rcompare, satisfies, validRange } from "semver";
import { objectOf, textOf } from "./lock.ts";
import type { PackageSpec } from "./package-spec.ts";
import { PackageUnavailable } from "./package-unavailable.ts";

/** An archive's URL, its expected hash, and its unpacked size when the registry states one. */
export type Distribution = { tarball: string; integrity?: string; unpackedSize?: number };

/** The fields of one version that a plan needs. */
export type PackageVersion = {
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  /** Names of packages that the archive contains; `true` for all dependencies. */
  bundleDependencies?: string[] | boolean;
  /** Whether the version supports only some operating systems or processors. */
  isForPlatform?: boolean;
  deprecated?: boolean;
  dist: Distribution;
};

/** A package's registry data. Maps, since a version or a tag may have any name, such as `__proto__`. */
export type Packument = { "dist-tags": Map<string, string>; versions: Map<string, PackageVersion> };

/**
 * Parses the registry's response. It drops versions without an archive, which cannot be installed.
 * @throws {PackageUnavailable} for invalid JSON
 */
export function parsePackument(name: string, json: string): Packument {
  const { versions, "dist-tags": tags } = parseObject(name, json);
  const known = new Map<string, PackageVersion>();
  for (const [key, value] of Object.entries(objectOf(versions))) {
    const version = versionOf(value);
    if (version !== null) known.set(key, version);
  }
  const tagged = Object.entries(objectOf(tags)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { "dist-tags": new Map(tagged), versions: known };
}

function parseObject(name: string, json: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(json));
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    throw new PackageUnavailable(`The registry's answer for "${name}" is not JSON.`, true);
  }
}

function versionOf(value: unknown): PackageVersion | null {
  const { version, dist, ...entry } = objectOf(value);
  const { tarball, integrity, shasum, unpackedSize } = objectOf(dist);
  if (typeof version !== "string" || typeof tarball !== "string") return null;
  const hash = textOf(integrity) ?? sha1Of(shasum);
  const meta = Object.entries(objectOf(entry.peerDependenciesMeta));
  const optionalPeers = meta.map(([peer, described]) => [peer, { optional: objectOf(described).optional === true }]);
  return {
    version,
    ...rangesOf(entry, "dependencies"),
    ...rangesOf(entry, "optionalDependencies"),
    ...rangesOf(entry, "peerDependencies"),
    ...(meta.length > 0 && { peerDependenciesMeta: Object.fromEntries(optionalPeers) }),
    ...bundledOf(entry.bundleDependencies ?? entry.bundledDependencies),
    ...([entry.os, entry.cpu, entry.libc].some(isRestricting) && { isForPlatform: true }),
    ...(entry.deprecated !== undefined &&
      entry.deprecated !== false &&
      entry.deprecated !== "" && { deprecated: true }),
    dist: { tarball, ...(hash && { integrity: hash }), ...(typeof unpackedSize === "number" && { unpackedSize }) },
  };
}

type RangeField = "dependencies" | "optionalDependencies" | "peerDependencies";

function rangesOf(
  entry: Record<string, unknown>,
  field: RangeField,
): Partial<Record<RangeField, Record<string, string>>> {
  const ranges = Object.entries(objectOf(entry[field])).filter(([, range]) => typeof range === "string");
  return ranges.length === 0 ? {} : { [field]: Object.fromEntries(ranges) };
}

function bundledOf(value: unknown): { bundleDependencies?: string[] | boolean } {
  if (value === true) return { bundleDependencies: true };
  return Array.isArray(value) && value.length > 0
    ? { bundleDependencies: value.filter((name) => typeof name === "string") }
    : {};
}

function isRestricting(value: unknown): boolean {
  const platforms = Array.isArray(value) ? value : [value];
  return platforms.some((platform) => typeof platform === "string" && platform !== "any" && platform !== "");
}

/** Versions published before 2017 may have only this hash. */
function sha1Of(shasum: unknown): string | undefined {
  const bytes = typeof shasum === "string" && /^[\da-f]{40}$/i.test(shasum) ? (shasum.match(/../g) ?? []) : [];
  if (bytes.length === 0) return undefined;
  return `sha1-${btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))))}`;
}

/**
 * Chooses a version as npm does: the one tagged `latest` when it is in the range, else the highest that is not
 * deprecated.
 * @param also a second range, preferred when a version is in both
 * @throws {PackageUnavailable} when no version matches
 */
export function chooseVersion(packument: Packument, { name, range }: PackageSpec, also: string | null): PackageVersion {
  const tagged = (tag: string) => packument.versions.get(packument["dist-tags"].get(tag) ?? "");
  const exact = packument.versions.get(range) ?? tagged(range);
  if (exact !== undefined) return exact;
  if (validRange(range, true) === null)
    throw new PackageUnavailable(`"${name}" has no version tagged "${range}".`, false);
  const found = (also !== null && best(packument, [range, also])) || best(packument, [range]);
  if (found === null) throw new PackageUnavailable(`"${name}" has no version that matches "${range}".`, false);
  return found;
}

function best(packument: Packument, ranges: string[]): PackageVersion | null {
  const isIn = (version: string) => ranges.every((range) => satisfies(version, range, true));
  const latest = packument.versions.get(packument["dist-tags"].get("latest") ?? "");
  const isAny = ranges.every((range) => range === "*");
  if (latest !== undefined && !latest.deprecated && (isAny || isIn(latest.version))) return latest;
  const candidates = [...packument.versions.values()].filter(({ version }) => isIn(version));
  const sorted = candidates.sort(
    (a, b) => Number(a.deprecated ?? false) - Number(b.deprecated ?? false) || rcompare(a.version, b.version, true),
  );
  return sorted[0] ?? null;
}
