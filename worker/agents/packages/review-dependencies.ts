import { intersects, satisfies, validRange } from "semver";
import type { PackageInfo, PackageQuery } from "../../contract/index.ts";
import { familyOf, isMember, knownPackage } from "./knowledge.ts";
import { changedDependencies, type Dependency, dependenciesOf } from "./manifest.ts";

export type AskPackage = (query: PackageQuery) => Promise<PackageInfo | { problem: string }>;

/** The oldest line of Node.js that is still maintained: what a package asks beyond it is worth a sentence. */
const commonNode = "22.12.0";
const maxAsked = 16;

/**
 * What an agent has to know of the packages that its batch has added or moved to another version: what has changed in those
 * whose API models remember otherwise, families that are not at one version, and what the registry says of peers, of the
 * Node.js they ask for, and of packages that are not there.
 * @returns a sentence each
 */
export async function reviewDependencies(before: string | null, after: string, ask: AskPackage): Promise<string[]> {
  const all = dependenciesOf(after);
  if (all === null) return [];
  const changed = changedDependencies(before === null ? [] : (dependenciesOf(before) ?? []), all);
  const reviewed = await Promise.all(changed.slice(0, maxAsked).map((one) => registryReview(one, all, ask)));
  const left = changed.length - maxAsked;
  const rest = left > 0 ? [`${left} more packages were not compared with the registry.`] : [];
  return [...new Set([...changed.flatMap(changesIn), ...familyReview(changed, all), ...reviewed.flat(), ...rest])];
}

/** The note of a package, where the range that is asked for can give a version of which it holds. */
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
    const members = [...apart.map((one) => `${one.name} ${one.range}`), `${name} ${range}`].sort();
    return [`${members.join(" and ")} have to be at one version. ${family.why}`];
  });
}

const mayAgree = (one: string, other: string): boolean =>
  validRange(one) === null || validRange(other) === null || intersects(one, other);

async function registryReview({ name, range }: Dependency, all: Dependency[], ask: AskPackage): Promise<string[]> {
  // Folders of a workspace, repositories and addresses are nothing that the registry knows.
  if (/^(workspace|file|link|git|github|https?|portal)[:+]/.test(range)) return [];
  const alias = /^npm:(@?[^@]+)(?:@(.+))?$/.exec(range);
  const found = await ask({ name: alias?.[1] ?? name, range: alias ? (alias[2] ?? "latest") : range, detail: false });
  if ("problem" in found) return [`${name}: ${found.problem}`];
  const it = `${name} ${found.version}`;
  const said: string[] = [];
  if (found.deprecated !== undefined) said.push(`${it} is deprecated: package_info has its author's words.`);
  if (found.node !== undefined && validRange(found.node) !== null && !satisfies(commonNode, found.node)) {
    said.push(`${it} asks for Node.js ${found.node}. Builds here do not look at that; npm elsewhere may.`);
  }
  return [...said, ...found.peers.flatMap((peer) => peerReview(it, peer, all))];
}

function peerReview(it: string, peer: PackageInfo["peers"][number], all: Dependency[]): string[] {
  const present = all.find(({ name }) => name === peer.name);
  // What has no range that npm understands cannot be compared: builds take what is there. Of the rest only what is a range is
  // said, since this is no data to the agent.
  const wanted = understood(peer.range);
  if (wanted === null) return [];
  if (present === undefined) return peer.optional ? [] : [`${it} needs ${peer.name} ${wanted} beside it.`];
  const given = validRange(present.range);
  if (given === null || intersects(given, wanted)) return [];
  return [`${it} is made for ${peer.name} ${wanted}, and package.json has ${peer.name} ${present.range}.`];
}

/** The alternatives of a range that npm understands: `>=3.0.0 || insiders` is `>=3.0.0`. */
function understood(range: string): string | null {
  if (validRange(range) !== null) return range;
  const parts = range.split("||").map((part) => part.trim());
  const known = parts.filter((part) => part !== "" && validRange(part) !== null);
  return known.length === 0 ? null : known.join(" || ");
}
