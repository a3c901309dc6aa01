import { intersects, satisfies, validRange } from "semver";
import type { PackageInfo, PackageQuery } from "../../contract/index.ts";
import { familyOf, isMember, knownPackage } from "./knowledge.ts";
import { changedDependencies, type Dependency, dependenciesOf } from "./manifest.ts";

/** Looks up a package in the registry. Resolves to a sentence on the problem when the package is unavailable. */
export type AskPackage = (query: PackageQuery) => Promise<PackageInfo | { problem: string }>;

/** The oldest Node.js line that is still maintained: a package that requires a newer line deserves a sentence. */
const commonNode = "22.12.0";
const maxAsked = 16;

/**
 * Reviews the packages that an agent's batch adds or moves to another version: API changes since models were trained,
 * families that are not at one version, and the registry's data on peers, required Node.js versions and missing
 * packages.
 * @param before the previous manifest, or null
 * @param ask looks a package up in the registry
 * @returns one sentence per finding
 */
export async function reviewDependencies(before: string | null, after: string, ask: AskPackage): Promise<string[]> {
  const all = dependenciesOf(after);
  if (all === null) return [];
  const changed = changedDependencies(before === null ? [] : (dependenciesOf(before) ?? []), all);
  const reviewed = await Promise.all(changed.slice(0, maxAsked).map((added) => registryReview(added, all, ask)));
  const left = changed.length - maxAsked;
  const rest = left > 0 ? [`${left} more packages were not compared with the registry.`] : [];
  return [...new Set([...changed.flatMap(changesIn), ...familyReview(changed, all), ...reviewed.flat(), ...rest])];
}

/** Returns a package's note when the requested range can resolve to a version that the note applies to. */
function changesIn({ name, range }: Dependency): string[] {
  const known = knownPackage(name);
  if (known === undefined) return [];
  const mayBeNewer = validRange(range) === null || intersects(range, `>=${known.since}`);
  return mayBeNewer ? [`${name} ${range}: ${known.note}`] : [];
}

function familyReview(changed: Dependency[], all: Dependency[]): string[] {
  return changed.flatMap(({ name, range }) => {
    const family = familyOf(name);
    if (family === undefined) return [];
    const others = all.filter((other) => other.name !== name && isMember(family, other.name));
    const apart = others.filter((other) => !mayAgree(range, other.range));
    if (apart.length === 0) return [];
    const members = [...apart.map((other) => `${other.name} ${other.range}`), `${name} ${range}`].sort();
    return [`${members.join(" and ")} have to be at one version. ${family.why}`];
  });
}

const mayAgree = (one: string, other: string): boolean =>
  validRange(one) === null || validRange(other) === null || intersects(one, other);

async function registryReview({ name, range }: Dependency, all: Dependency[], ask: AskPackage): Promise<string[]> {
  // Workspace folders, repositories and URLs are not in the registry.
  if (/^(workspace|file|link|git|github|https?|portal)[:+]/.test(range)) return [];
  const alias = /^npm:(@?[^@]+)(?:@(.+))?$/.exec(range);
  const found = await ask({ name: alias?.[1] ?? name, range: alias ? (alias[2] ?? "latest") : range, detail: false });
  if ("problem" in found) return [`${name}: ${found.problem}`];
  const subject = `${name} ${found.version}`;
  const notes: string[] = [];
  if (found.deprecated !== undefined) notes.push(`${subject} is deprecated: package_info has its author's words.`);
  if (found.node !== undefined && validRange(found.node) !== null && !satisfies(commonNode, found.node)) {
    notes.push(`${subject} asks for Node.js ${found.node}. Builds here do not look at that; npm elsewhere may.`);
  }
  return [...notes, ...found.peers.flatMap((peer) => peerReview(subject, peer, all))];
}

function peerReview(subject: string, peer: PackageInfo["peers"][number], all: Dependency[]): string[] {
  const present = all.find(({ name }) => name === peer.name);
  // A range that npm does not understand cannot be compared, and builds accept any version for it. Only valid ranges
  // are quoted, because the sentence is not fenced as data.
  const wanted = understood(peer.range);
  if (wanted === null) return [];
  if (present === undefined) return peer.optional ? [] : [`${subject} needs ${peer.name} ${wanted} beside it.`];
  const presentRange = validRange(present.range);
  if (presentRange === null || intersects(presentRange, wanted)) return [];
  return [`${subject} is made for ${peer.name} ${wanted}, and package.json has ${peer.name} ${present.range}.`];
}

/**
 * Returns the alternatives of a range that npm understands: `>=3.0.0 || insiders` becomes `>=3.0.0`; null when there
 * are none.
 */
function understood(range: string): string | null {
  if (validRange(range) !== null) return range;
  const parts = range.split("||").map((part) => part.trim());
  const known = parts.filter((part) => part !== "" && validRange(part) !== null);
  return known.length === 0 ? null : known.join(" || ");
}
