import { gte, satisfies, validRange } from "semver";
import type { Ancestor } from "./overrides.ts";
import { type PackageSpec, readSpec } from "./package-spec.ts";
import type { PackageVersion } from "./packument.ts";

/** The kind of a dependency. `peerOptional` installs nothing, but must not be contradicted. */
export type DependencyKind = "prod" | "optional" | "peer" | "peerOptional";

/**
 * A declared dependency after overrides and the lock. `range`: as declared; `spec`: the registry request, or the
 * sentence that explains why there is none; `integrity`: the lock's; `locked`: whether the lock has chosen its version.
 */
export type Dependency = {
  name: string;
  range: string;
  spec: PackageSpec | string;
  kind: DependencyKind;
  integrity?: string;
  locked?: true;
};

/** A dependency of a placed package. */
export type Edge = Dependency & { from: PackageNode };

/** A version chosen for an edge, before it is placed. `name`: its import name. */
export type Candidate = { name: string; packageName: string; version: PackageVersion };

/** A placed package. The project itself is the node without a parent. */
export class PackageNode {
  readonly name: string;
  readonly packageName: string;
  readonly version: PackageVersion;
  readonly parent: PackageNode | null;
  readonly folder: string;
  readonly depth: number;
  readonly children = new Map<string, PackageNode>();
  readonly edges = new Map<string, Edge>();
  /** The chain of packages from the project to this package, which is the last. */
  readonly ancestors: readonly Ancestor[];

  constructor({ name, packageName, version }: Candidate, parent: PackageNode | null, ancestors: readonly Ancestor[]) {
    this.name = name;
    this.packageName = packageName;
    this.version = version;
    this.parent = parent;
    this.ancestors = ancestors;
    const within = parent === null || parent.folder === "" ? "" : `${parent.folder}/`;
    this.folder = parent === null ? "" : `${within}node_modules/${name}`;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }

  /** Resolves a package name from here. */
  resolve(name: string): PackageNode | null {
    return this.children.get(name) ?? this.parent?.resolve(name) ?? null;
  }

  isWithin(other: PackageNode): boolean {
    return this === other || (this.parent?.isWithin(other) ?? false);
  }

  /** False after another package has replaced this one or one of its parents. */
  isPlaced(): boolean {
    return this.parent === null || (this.parent.children.get(this.name) === this && this.parent.isPlaced());
  }
}

/** Whether a package satisfies an edge. Tags are resolved when a version is chosen. */
export function isSatisfied(
  { spec }: Edge,
  { packageName, version }: { packageName: string; version: PackageVersion },
) {
  if (typeof spec === "string" || spec.name !== packageName) return false;
  return validRange(spec.range, true) === null || spec.range === "*" || satisfies(version.version, spec.range, true);
}

/** Whether a dependency is a peer, optional or not. */
export const isPeer = ({ kind }: Edge): boolean => kind === "peer" || kind === "peerOptional";

/** Places packages by npm's rules (the classes PlaceDep and CanPlaceDep of @npmcli/arborist 9). */
export class PackageTree {
  readonly root: PackageNode;
  /** Nodes, by the names of their dependencies. */
  readonly #dependents = new Map<string, Set<PackageNode>>();

  constructor(root: PackageNode) {
    this.root = root;
  }

  addEdge(edge: Edge): void {
    edge.from.edges.set(edge.name, edge);
    const dependents = this.#dependents.get(edge.name) ?? new Set();
    this.#dependents.set(edge.name, dependents.add(edge.from));
  }

  /** The valid edges that lead to a node. */
  edgesInto(node: PackageNode): Edge[] {
    const edges = [...(this.#dependents.get(node.name) ?? [])].map((from) => from.edges.get(node.name));
    return edges.filter(
      (edge): edge is Edge =>
        edge?.from.isPlaced() === true && edge.from.resolve(node.name) === node && isSatisfied(edge, node),
    );
  }

  /**
   * Finds a candidate's place: the highest folder in which it and its peers conflict with no other package.
   * @param peers its peers, by name
   * @returns the folder's package, and whether the one already there satisfies the edge (`keep`)
   */
  placeFor(edge: Edge, candidate: Candidate, peers: ReadonlyMap<string, Candidate>): Place {
    const start = isPeer(edge) ? (edge.from.parent ?? edge.from) : edge.from;
    let place: Place | null = null;
    let alone: Place | null = null;
    for (let target: PackageNode | null = start; target !== null; target = target.parent) {
      if (target.parent !== null && isPeerOf(target, edge.name)) continue;
      const verdict = this.#verdict(target, edge, candidate, start);
      if (verdict !== "conflict") alone = { target, keep: verdict === "keep" };
      if (verdict === "conflict" || !this.#peersFit(target, edge, candidate, peers, new Set([candidate.name]))) break;
      place = alone;
    }
    // A peer conflict does not stop a package's installation, as with `--legacy-peer-deps`.
    return place ?? alone ?? { target: start, keep: start.children.has(edge.name) && isPeer(edge) };
  }

  #verdict(target: PackageNode, edge: Edge, candidate: Candidate, start: PackageNode): Verdict {
    const own = target.edges.get(candidate.name);
    if (own !== undefined && own !== edge && target.parent !== null && isPeer(own)) return "conflict";
    if (own !== undefined && own !== edge && !isSatisfied(own, candidate)) return "conflict";
    const current = target.children.get(candidate.name);
    if (current === undefined) return this.#disturbs(target, edge, candidate) ? "conflict" : "place";
    if (isSame(current, candidate)) return "keep";
    const replaces =
      gte(candidate.version.version, current.version.version, true) && this.#canReplace(current, candidate);
    if (replaces) return "place";
    if (isSatisfied(edge, current)) return "keep";
    return target === start && target === edge.from && !isPeer(edge) ? "place" : "conflict";
  }

  /** Whether a package here would shadow another package that packages below have resolved above. */
  #disturbs(target: PackageNode, edge: Edge, candidate: Candidate): boolean {
    const above = target === edge.from ? null : target.resolve(candidate.name);
    if (above === null) return false;
    return this.edgesInto(above).some((into) => into.from.isWithin(target) && !isSatisfied(into, candidate));
  }

  #canReplace(current: PackageNode, candidate: Candidate): boolean {
    return this.edgesInto(current).every((into) => isSatisfied(into, candidate));
  }

  /** A package with an optional peer of the same dependent stays where it can resolve that peer. */
  #contradictsOptionalPeer(target: PackageNode, entry: Edge, { version }: Candidate): boolean {
    if (target === entry.from) return false;
    return Object.entries(version.peerDependencies ?? {}).some(([name, range]) => {
      const own = entry.from.edges.get(name);
      const current = target.resolve(name);
      const isOptional = version.peerDependenciesMeta?.[name]?.optional === true;
      if (!isOptional || Object.hasOwn(version.dependencies ?? {}, name)) return false;
      if (own === undefined || isPeer(own)) return false;
      const edge: Edge = { from: target, name, range, spec: readSpec(name, range), kind: "peerOptional" };
      return current !== null && !isSatisfied(edge, current);
    });
  }

  #peersFit(
    target: PackageNode,
    entry: Edge,
    candidate: Candidate,
    peers: ReadonlyMap<string, Candidate>,
    seen: Set<string>,
  ): boolean {
    if (this.#contradictsOptionalPeer(target, entry, candidate)) return false;
    return [...requiredPeers(candidate.version)].every(([name, range]) => {
      const spec = readSpec(name, range);
      const peer = peers.get(name);
      if (typeof spec === "string" || seen.has(name)) return true;
      const edge: Edge = { from: target, name, range, spec, kind: "peer" };
      const current = target.resolve(name);
      if (current !== null && isSatisfied(edge, current)) return true;
      if (peer === undefined) return true;
      if (!isSatisfied(edge, peer)) return false;
      const place = isPeerOf(target, name) && target.parent !== null ? target.parent : target;
      const verdict = this.#verdict(place, edge, peer, place);
      return verdict !== "conflict" && this.#peersFit(place, entry, peer, peers, seen.add(name));
    });
  }
}

/** `keep`: the package already there is used. */
export type Place = { target: PackageNode; keep: boolean };
type Verdict = "place" | "keep" | "conflict";

function isPeerOf(node: PackageNode, name: string): boolean {
  const edge = node.edges.get(name);
  return edge !== undefined && isPeer(edge);
}

function isSame(node: PackageNode, candidate: Candidate): boolean {
  return node.packageName === candidate.packageName && node.version.version === candidate.version.version;
}

/** Lists the peers that npm installs: all except optional ones and those that are also dependencies. */
export function requiredPeers(version: PackageVersion): Map<string, string> {
  const own = { ...version.dependencies, ...version.optionalDependencies };
  const entries = Object.entries(version.peerDependencies ?? {}).filter(
    ([name]) => version.peerDependenciesMeta?.[name]?.optional !== true && !Object.hasOwn(own, name),
  );
  return new Map(entries);
}
