import { satisfies, validRange } from "semver";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Lock } from "./lock.ts";
import { Overrides } from "./overrides.ts";
import { PackagePlanner } from "./package-planner.ts";
import { type Edge, isSatisfied, type PackageNode } from "./package-tree.ts";
import type { Distribution } from "./packument.ts";
import type { PackumentSource } from "./version-chooser.ts";

/** One placed package in npm's layout: `node_modules/a` or `node_modules/a/node_modules/b`. */
export type PlannedPackage = {
  folder: string;
  /** In the registry; an alias has another name in its folder. */
  name: string;
  version: string;
  dist: Distribution;
  /** Whether only optional dependencies lead to it. */
  optional: boolean;
};

export type PlanRequest = {
  wanted: Record<string, string>;
  /** `overrides` of npm and bun, `pnpm.overrides`, or `resolutions` of yarn. */
  overrides?: unknown;
  lock: Lock | null;
  /** Folders in the project by package name, for `workspace:`, `file:` and `link:`. */
  workspace: ReadonlyMap<string, string>;
  /** The project's other dependencies: they constrain peers and shared versions, and are not installed themselves. */
  peersFrom?: Record<string, string>;
};

export type PackagePlan = {
  /** Sorted by folder. */
  packages: PlannedPackage[];
  /** Warnings of peers that contradict the project. */
  diagnostics: Diagnostic[];
  /** Unavailable packages, as an explanatory sentence by import name. */
  missing: Map<string, string>;
  /** Whether a package is missing only temporarily, since the registry failed. */
  temporary: boolean;
};

/**
 * Chooses a version and a folder for each package of a project, with transitive dependencies, as npm does. The result
 * depends only on the registry's responses, not on their order.
 * @throws {PackageUnavailable} above the maximum number of packages
 */
export async function planPackages(request: PlanRequest, registry: PackumentSource): Promise<PackagePlan> {
  const ranges = { ...request.peersFrom, ...request.wanted };
  const planner = new PackagePlanner(new Overrides(request.overrides, ranges), request, registry);
  const { root, missing, temporary } = await planner.plan();
  const { reached, required } = reachable(root);
  const packages = [...reached].map((node) => planned(node, !required.has(node)));
  for (const node of reached) if (node.version.dist.integrity === undefined) missing.set(node.name, unverifiable(node));
  return {
    packages: packages
      .filter(({ dist }) => dist.integrity !== undefined)
      .sort((a, b) => (a.folder < b.folder ? -1 : 1)),
    diagnostics: contradictions(root, request.wanted),
    missing,
    temporary,
  };
}

function planned({ folder, packageName, version }: PackageNode, optional: boolean): PlannedPackage {
  return { folder, name: packageName, version: version.version, dist: version.dist, optional };
}

function unverifiable({ packageName, version }: PackageNode): string {
  return `The registry gives no hash for the archive of "${packageName}" ${version.version}, so it cannot be verified.`;
}

/** Returns the reachable nodes, and those reachable by required edges. Replaced nodes are excluded. */
function reachable(root: PackageNode): { reached: Set<PackageNode>; required: Set<PackageNode> } {
  const follow = (isFollowed: (edge: Edge) => boolean) => {
    const seen = new Set<PackageNode>();
    const queue = [root];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      for (const edge of node.edges.values()) {
        const target = isFollowed(edge) ? node.resolve(edge.name) : null;
        if (target === null || seen.has(target)) continue;
        seen.add(target);
        queue.push(target);
      }
    }
    return seen;
  };
  return { reached: follow(() => true), required: follow(({ kind }) => kind === "prod" || kind === "peer") };
}

function contradictions(root: PackageNode, wanted: Record<string, string>): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const name of Object.keys(wanted).sort()) {
    const node = root.children.get(name);
    for (const edge of node?.edges.values() ?? []) {
      const peer = edge.kind === "peer" ? root.resolve(edge.name) : null;
      if (node === undefined || peer === null || isSatisfied(edge, peer)) continue;
      // A lock that is older than package.json asks for one version of a peer, where the package takes a range.
      if (validRange(edge.range) !== null && satisfies(peer.version.version, edge.range)) continue;
      const message = `"${name}" ${node.version.version} needs "${edge.name}" ${edge.range}, but ${peer.version.version} is installed.`;
      found.push({ path: "package.json", line: 0, column: 0, severity: "warning", message });
    }
  }
  return found;
}
