import { compare, major, maxSatisfying, prerelease, satisfies, valid, validRange } from "semver";
import { type AskRegistry, bytesAt, InfoUnavailable } from "./ask-registry.ts";

/** One version in the registry's abbreviated format. */
export type VersionEntry = {
  version: string;
  tarball: string;
  integrity: string | null;
  deprecated: string | null;
  node: string | null;
  peers: { name: string; range: string; optional: boolean }[];
};

export type VersionList = { tags: Map<string, string>; versions: Map<string, VersionEntry> };

const maxPeers = 40;
const recentVersions = 12;
const maxVersions = 40;

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? { ...value } : {});
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/**
 * Reads a package's versions.
 * @throws InfoUnavailable
 */
export async function readVersions(ask: AskRegistry, name: string): Promise<VersionList> {
  const accept = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
  const body = await bytesAt(ask, `/${name.replace("/", "%2f")}`, accept, name);
  const { versions, "dist-tags": tags } = parseAnswer(name, body);
  const entries = Object.entries(fieldsOf(versions)).flatMap(([version, value]): [string, VersionEntry][] => {
    const entry = versionEntry(version, fieldsOf(value));
    return entry === null ? [] : [[version, entry]];
  });
  const tagged = Object.entries(fieldsOf(tags)).filter((pair): pair is [string, string] => textOf(pair[1]) !== null);
  return { tags: new Map(tagged), versions: new Map(entries) };
}

function parseAnswer(name: string, body: Uint8Array): Fields {
  try {
    return fieldsOf(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    throw new InfoUnavailable(`The registry's answer for "${name}" is not JSON.`);
  }
}

function versionEntry(version: string, value: Fields): VersionEntry | null {
  const { tarball, integrity } = fieldsOf(value.dist);
  const archive = textOf(tarball);
  if (archive === null || valid(version) === null) return null;
  const optional = fieldsOf(value.peerDependenciesMeta);
  const peers = Object.entries(fieldsOf(value.peerDependencies)).slice(0, maxPeers);
  return {
    version,
    tarball: archive,
    integrity: textOf(integrity),
    deprecated: textOf(value.deprecated),
    node: textOf(fieldsOf(value.engines).node),
    peers: peers.flatMap(([name, range]) =>
      typeof range === "string" ? [{ name, range, optional: fieldsOf(optional[name]).optional === true }] : [],
    ),
  };
}

/**
 * Resolves a range or a tag as builds do (`packument.ts`): an exact version, else the tag, else `latest` when the range
 * includes it, else the newest version in the range; deprecated versions only when there is no other.
 * @throws InfoUnavailable when there is none
 */
export function chooseVersion({ tags, versions }: VersionList, name: string, range: string): VersionEntry {
  const exact = versions.get(range) ?? versions.get(tags.get(range) ?? "");
  if (exact !== undefined) return exact;
  if (validRange(range) === null) throw new InfoUnavailable(`"${name}" has no version or tag "${range}".`);
  const latest = versions.get(tags.get("latest") ?? "");
  if (latest?.deprecated === null && (range === "*" || satisfies(latest.version, range))) return latest;
  const supported = [...versions.values()].filter(({ deprecated }) => deprecated === null);
  const highest = (among: VersionEntry[]) =>
    maxSatisfying(
      among.map(({ version }) => version),
      range,
    );
  const found = versions.get(highest(supported) ?? highest([...versions.values()]) ?? "");
  if (found === undefined) throw new InfoUnavailable(`"${name}" has no version that matches "${range}".`);
  return found;
}

/** Lists the newest stable versions, newest first, and then the newest of each earlier major version. */
export function notableVersions({ versions }: VersionList): string[] {
  const stable = [...versions.keys()].filter((version) => prerelease(version) === null).sort((a, b) => compare(b, a));
  const majors = new Set<number>();
  const notable = stable.filter((version, index) => {
    const isFirst = !majors.has(major(version));
    majors.add(major(version));
    return isFirst || index < recentVersions;
  });
  return notable.slice(0, maxVersions);
}
