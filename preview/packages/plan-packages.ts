import { satisfies, validRange } from "semver";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { PatchedFiles } from "./apply-patches.ts";
import type { Lock } from "./lock.ts";
import { Overrides } from "./overrides.ts";
import { PackagePlanner } from "./package-planner.ts";
import { readSpec } from "./package-spec.ts";
import { type Edge, isSatisfied, type PackageNode } from "./package-tree.ts";
import type { Distribution } from "./packument.ts";
import type { PackumentSource } from "./version-chooser.ts";

/** Identifies a package's files in cache keys, in addition to its name and version. */
export const contentOf = ({ dist, patched }: Pick<PlannedPackage, "dist" | "patched">): string =>
  `${dist.integrity ?? ""}${patched === undefined ? "" : ` ${patched.key}`}`;

/** One placed package in npm's layout: `node_modules/a` or `node_modules/a/node_modules/b`. */
export type PlannedPackage = {
  folder: string;
  /** Name in the registry; an alias has another name in its folder. */
  name: string;
  version: string;
  dist: Distribution;
  /** Whether only optional dependencies lead to it. */
  optional: boolean;
  /** The files that the project's patches change. */
  patched?: PatchedFiles;
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
  /** Warnings about peers that contradict the project. */
  diagnostics: Diagnostic[];
  /** Messages about unavailable packages, by import name. */
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
  const { root, missing, temporary, gone } = await planWithoutGone(request, registry);
  const { reached, required } = reachable(root);
  const replaced = gone.flatMap((key) => replacement(key, reached, missing, request.lock?.source ?? ""));
  const packages = [...reached].map((node) => planned(node, !required.has(node)));
  for (const node of reached) if (node.version.dist.integrity === undefined) missing.set(node.name, unverifiable(node));
  return {
    packages: packages
      .filter(({ dist }) => dist.integrity !== undefined)
      .sort((a, b) => (a.folder < b.folder ? -1 : 1)),
    diagnostics: [...contradictions(root, request.wanted), ...replaced],
    missing,
    temporary,
  };
}

/** A lock may name a few versions that were unpublished since. Each is found only together with its dependent. */
const MAX_PLANS = 4;

/** Plans again with the declared ranges where the lock requests versions that the registry no longer has. */
async function planWithoutGone(request: PlanRequest, registry: PackumentSource) {
  const ranges = { ...request.peersFrom, ...request.wanted };
  const gone = new Set<string>();
  for (let plans = 1; ; plans++) {
    const lock = request.lock === null || gone.size === 0 ? request.lock : without(request.lock, gone);
    const planner = new PackagePlanner(new Overrides(request.overrides, ranges), { ...request, lock }, registry);
    const plan = await planner.plan();
    if (plan.gone.size === 0 || plans === MAX_PLANS) return { ...plan, gone: [...gone] };
    for (const key of plan.gone) gone.add(key);
  }
}

const without = (lock: Lock, gone: ReadonlySet<string>): Lock => ({
  source: lock.source,
  version: (asked) => {
    const found = lock.version(asked);
    const spec = readSpec(asked.name, asked.range);
    const name = typeof spec === "string" ? asked.name : spec.name;
    return found !== null && gone.has(`${name}@${found.version}`) ? null : found;
  },
});

/**
 * Returns the warning about a version chosen in place of the lock's, at the lock's path in the project; none for a
 * missing package, which is an error.
 */
function replacement(
  key: string,
  reached: ReadonlySet<PackageNode>,
  missing: ReadonlyMap<string, string>,
  source: string,
): Diagnostic[] {
  const name = key.slice(0, key.lastIndexOf("@"));
  const nodes = [...reached].filter(({ packageName }) => packageName === name);
  if (nodes.length === 0 || missing.has(name)) return [];
  const used = [...new Set(nodes.map(({ version }) => version.version))].join(" and ");
  const message = `The registry does not have "${name}" ${key.slice(name.length + 1)} of ${source} any more, so ${used} is used. Reinstall the packages and keep the new lock file.`;
  return [{ path: `/${source}`, line: 0, column: 0, severity: "warning", message }];
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
      // A lock older than package.json may request one version of a peer where the package accepts a range.
      if (validRange(edge.range) !== null && satisfies(peer.version.version, edge.range)) continue;
      const message = `"${name}" ${node.version.version} needs "${edge.name}" ${edge.range}, but ${peer.version.version} is installed.`;
      found.push({ path: "package.json", line: 0, column: 0, severity: "warning", message });
    }
  }
  return found;
}
