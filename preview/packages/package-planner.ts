import { DependencyReader } from "./dependencies.ts";
import type { Lock } from "./lock.ts";
import type { Overrides } from "./overrides.ts";
import {
  type Candidate,
  type Dependency,
  type Edge,
  isPeer,
  isSatisfied,
  PackageNode,
  PackageTree,
  requiredPeers,
} from "./package-tree.ts";
import { PackageUnavailable, TooManyPackages } from "./package-unavailable.ts";
import type { PackageVersion } from "./packument.ts";
import { MAX_PACKAGES, type PackumentSource, VersionChooser } from "./version-chooser.ts";

type Request = {
  wanted: Record<string, string>;
  lock: Lock | null;
  workspace: ReadonlyMap<string, string>;
  peersFrom?: Record<string, string>;
};

type Planned = {
  root: PackageNode;
  missing: Map<string, string>;
  /** Versions in the lock, as `name@version`, that the registry lacks. */
  gone: Set<string>;
  temporary: boolean;
};

const PROJECT: PackageVersion = { version: "0.0.0", dist: { tarball: "" } };
const compare = new Intl.Collator("en").compare;

/**
 * Builds a tree of packages, breadth first and by name, as npm does. It prefetches packuments in parallel and places
 * packages one after the other, so that the result does not depend on the order of responses.
 */
export class PackagePlanner {
  readonly #request: Request;
  readonly #reader: DependencyReader;
  readonly #chooser: VersionChooser;
  readonly #root = new PackageNode({ name: "", packageName: "", version: PROJECT }, null, []);
  readonly #tree = new PackageTree(this.#root);
  readonly #queue: PackageNode[] = [this.#root];
  readonly #missing = new Map<string, string>();
  readonly #gone = new Set<string>();
  readonly #prefetched = new Set<string>();
  #temporary = false;
  #placed = 0;

  constructor(overrides: Overrides, request: Request, registry: PackumentSource) {
    this.#request = request;
    this.#reader = new DependencyReader(overrides, request.lock, request.peersFrom);
    this.#chooser = new VersionChooser(registry);
  }

  async plan(): Promise<Planned> {
    const { wanted, peersFrom } = this.#request;
    const own = this.#reader.own({ ...peersFrom, ...wanted });
    for (const dependency of own) this.#tree.addEdge({ ...dependency, from: this.#root });
    const asked = own.filter(({ name }) => this.#isAsked(name));
    this.#chooser.count(asked.flatMap(({ spec }) => (typeof spec === "string" ? [] : [spec.name])));
    this.#prefetch(asked, []);
    for (let node = this.#queue.shift(); node !== undefined; node = this.#queue.shift()) await this.#complete(node);
    return { root: this.#root, missing: this.#missing, gone: this.#gone, temporary: this.#temporary };
  }

  #isAsked(name: string): boolean {
    return Object.hasOwn(this.#request.wanted, name) && !this.#request.workspace.has(name);
  }

  /** Places the dependencies that a package cannot resolve yet. */
  async #complete(node: PackageNode): Promise<void> {
    if (!node.isPlaced()) return;
    for (const edge of [...node.edges.values()].sort((a, b) => compare(a.name, b.name))) {
      if (node === this.#root && !this.#isAsked(edge.name)) continue;
      if (edge.kind === "peerOptional" || this.#request.workspace.has(edge.name)) continue;
      const found = node.resolve(edge.name);
      if (found !== null && (isPeer(edge) || isSatisfied(edge, found))) continue;
      await this.#install(edge);
    }
  }

  async #install(edge: Edge): Promise<void> {
    const candidate = await this.#candidate(edge, edge);
    if (candidate === null || (edge.kind === "optional" && candidate.version.isForPlatform)) return;
    if (isEndless(edge.from, candidate)) {
      const message = `"${edge.name}" ${candidate.version.version} depends on itself in several versions without end.`;
      this.#missing.set(edge.name, message);
      return;
    }
    const peers = new Map<string, Candidate>();
    await this.#collectPeers(edge, candidate, peers);
    this.#place(edge, candidate, peers);
  }

  /** Adds a candidate to the tree, and then those of its peers that it does not find there. */
  #place(edge: Edge, candidate: Candidate, peers: ReadonlyMap<string, Candidate>): void {
    const { target, keep } = this.#tree.placeFor(edge, candidate, peers);
    if (keep) return;
    this.#placed += 1;
    if (this.#placed > MAX_PACKAGES) throw new TooManyPackages(MAX_PACKAGES);
    const replaced = target.children.get(candidate.name);
    const affected = replaced === undefined ? [] : this.#tree.edgesInto(replaced);
    const ancestor = { name: candidate.packageName, version: candidate.version.version };
    const node = new PackageNode(candidate, target, [...edge.from.ancestors, ancestor]);
    target.children.set(candidate.name, node);
    const dependencies = this.#reader.of(candidate.version, node);
    for (const dependency of dependencies) this.#tree.addEdge({ ...dependency, from: node });
    this.#prefetch(dependencies, node.ancestors);
    this.#enqueue(node);
    for (const { from } of affected) this.#enqueue(from);
    const sorted = [...node.edges.values()].sort((a, b) => compare(a.name, b.name));
    for (const inner of sorted.filter(({ kind }) => kind === "peer")) {
      const peer = peers.get(inner.name);
      const found = node.resolve(inner.name);
      if (peer !== undefined && (found === null || !isSatisfied(inner, found))) this.#place(inner, peer, peers);
    }
  }

  /** Orders folders by depth, then by name. */
  #enqueue(node: PackageNode): void {
    let low = 0;
    for (let high = this.#queue.length; low < high; ) {
      const middle = (low + high) >> 1;
      const other = this.#queue[middle];
      if (other === undefined) break;
      const order = other.depth - node.depth || compare(other.folder, node.folder);
      if (order <= 0) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, node);
  }

  /**
   * Chooses the version for an edge: the project's own version when it satisfies the edge; for a peer also the
   * parent's.
   * @param entry the edge whose package adds the peer
   */
  async #candidate(edge: Edge, entry: Edge): Promise<Candidate | null> {
    const { name, spec } = edge;
    const also = typeof spec === "string" ? null : spec.range;
    const own = this.#root.edges.get(name);
    if (own !== undefined && edge.from !== this.#root) {
      const candidate = await this.#chosen(own, also);
      if (candidate !== null && isSatisfied(edge, candidate)) return candidate;
    }
    const brought = isPeer(edge) ? entry.from.edges.get(name) : undefined;
    if (brought !== undefined && !isPeer(brought)) return this.#chosen(brought, also);
    return this.#chosen(edge, null);
  }

  async #chosen({ name, spec, integrity, locked }: Dependency, also: string | null): Promise<Candidate | null> {
    if (typeof spec === "string") {
      this.#missing.set(name, spec);
      return null;
    }
    try {
      const version = await this.#chooser.choose(spec, also);
      const dist = integrity === undefined ? version.dist : { ...version.dist, integrity };
      return { name, packageName: spec.name, version: { ...version, dist } };
    } catch (failure) {
      if (!(failure instanceof PackageUnavailable) || failure instanceof TooManyPackages) throw failure;
      this.#missing.set(name, failure.message);
      if (locked === true && !failure.temporary) this.#gone.add(`${spec.name}@${spec.range}`);
      this.#temporary ||= failure.temporary;
      return null;
    }
  }

  /** The peers that a candidate adds, including theirs. */
  async #collectPeers(entry: Edge, candidate: Candidate, peers: Map<string, Candidate>): Promise<void> {
    const required = requiredPeers(candidate.version);
    if (required.size === 0) return;
    const ancestor = { name: candidate.packageName, version: candidate.version.version };
    const ancestors = [...entry.from.ancestors, ancestor];
    const folder = `node_modules/${candidate.name}`;
    for (const dependency of this.#reader.of(candidate.version, { folder, ancestors })) {
      const { name, kind } = dependency;
      if (kind !== "peer" || peers.has(name) || name === candidate.name || this.#request.workspace.has(name)) continue;
      const found = entry.from.resolve(name);
      if (found !== null && isSatisfied({ ...dependency, from: entry.from }, found)) {
        peers.set(name, found);
        continue;
      }
      // The candidate's dependent has the same peer: one version must satisfy both, even against a range.
      const brought = entry.from.edges.get(name);
      if (found !== null && brought !== undefined && isPeer(brought)) continue;
      const peer = await this.#candidate({ ...dependency, from: entry.from }, entry);
      if (peer === null) continue;
      peers.set(name, peer);
      await this.#collectPeers(entry, peer, peers);
    }
  }

  /** Prefetches packuments. The later read of the tree reports failures. */
  #prefetch(dependencies: readonly Dependency[], ancestors: PackageNode["ancestors"]): void {
    const installed = dependencies.filter(({ kind }) => kind !== "peerOptional");
    this.#chooser.count(installed.flatMap(({ spec }) => (typeof spec === "string" ? [] : [spec.name])));
    for (const { name, spec, kind } of installed) {
      if (typeof spec === "string") continue;
      const own = this.#root.edges.get(name)?.spec;
      const asked = ancestors.length > 0 && kind === "peer" && typeof own === "object" ? own : spec;
      const key = `${asked.name}@${asked.range}`;
      if (this.#prefetched.has(key)) continue;
      this.#prefetched.add(key);
      const prefetching = this.#chooser.choose(asked).then((version) => {
        if (kind === "optional" && version.isForPlatform) return;
        const next = [...ancestors, { name: asked.name, version: version.version }];
        this.#prefetch(this.#reader.of(version, { folder: `node_modules/${name}`, ancestors: next }), next);
      });
      prefetching.catch(() => undefined);
    }
  }
}

/** Whether a package would nest in itself a third time: versions with a dependency cycle would nest forever. */
function isEndless(from: PackageNode, { packageName, version }: Candidate): boolean {
  let times = 0;
  for (let node: PackageNode | null = from; node !== null; node = node.parent) {
    if (node.packageName === packageName && node.version.version === version.version) times += 1;
  }
  return times >= 2;
}
