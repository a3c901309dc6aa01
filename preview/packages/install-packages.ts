import { validRange } from "semver";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { FileContent } from "../engine/mounted-files.ts";
import { openPlanned, withPatches } from "./apply-patches.ts";
import { InstalledPackages } from "./installed-packages.ts";
import { packageFiles } from "./package-files.ts";
import type { PackagePatch } from "./patches.ts";
import { type PackagePlan, type PlannedPackage, type PlanRequest, planPackages } from "./plan-packages.ts";
import type { Registry } from "./registry.ts";

/** A package plan in its stored form. */
export type KeptPlan = {
  packages: PlannedPackage[];
  missing: [name: string, reason: string][];
  diagnostics: Diagnostic[];
};

/** Stores package plans, so that a project's versions change only when its package.json or its lock changes. */
export type PlanStore = {
  get(key: string): KeptPlan | null | Promise<KeptPlan | null>;
  put(key: string, plan: KeptPlan): void;
};

/** The importable packages of a build with their folders, and a function that loads their contents. */
export type Installation = {
  packages: PlannedPackage[];
  /** Folders in the project by package name, for the project's own packages. */
  workspace: ReadonlyMap<string, string>;
  /** Messages about unavailable packages, by name. */
  missing: ReadonlyMap<string, string>;
  /** Warnings about incompatible versions. */
  diagnostics: Diagnostic[];
  /** Whether a package is missing only temporarily, since the registry failed. */
  temporary: boolean;
  /** Returns the version or range of a package in the project's lock or package.json, or null. */
  versionOf(name: string): string | null;
  /**
   * Reads a package's files by path, without type declarations.
   * @throws {PackageUnavailable}
   */
  filesOf(planned: PlannedPackage): Promise<ReadonlyMap<string, FileContent>>;
  /**
   * Reads several packages in parallel.
   * @param others ranges of further packages by name, outside the plan
   */
  installed(names: string[], others?: Record<string, string>): Promise<InstalledPackages>;
  /**
   * Reads a package's style sheets, types and manifests. Caches them for the build, since the imports of a library's
   * style sheets read them a thousand times.
   */
  stylesOf(name: string): Promise<InstalledPackages>;
  /** Reads the files of a package at the top of the tree whose paths from its folder match. */
  matching(name: string, isWanted: (path: string) => boolean): Promise<InstalledPackages>;
};

/**
 * Input of `planInstallation`. `lockText`: everything that affects versions beside package.json, for the plan's cache
 * key.
 */
export type InstallRequest = PlanRequest & { lockKey?: string; patches?: PackagePatch[] };

const NOTHING: PlanRequest = { wanted: {}, lock: null, workspace: new Map() };

/** Chooses a version and a folder for each wanted package and its dependencies. It fetches no archive but those of
 * packages that the project patches. */
export async function planInstallation(
  request: Partial<InstallRequest>,
  registry: Registry,
  plans: PlanStore | null,
): Promise<Installation> {
  const { lockKey = "", patches = [], ...asked } = { ...NOTHING, ...request };
  const key = JSON.stringify([sorted(asked.wanted), sorted(asked.peersFrom ?? {}), asked.overrides ?? null, lockKey]);
  const kept = (await plans?.get(key)) ?? null;
  const plan =
    kept === null ? await planPackages(asked, registry) : { ...kept, missing: new Map(kept.missing), temporary: false };
  if (kept === null && !plan.temporary) plans?.put(key, { ...plan, missing: [...plan.missing] });
  const { packages, diagnostics } = await withPatches(plan.packages, patches, registry);
  return installationOf({ ...plan, packages, diagnostics: [...plan.diagnostics, ...diagnostics] }, asked, registry);
}

function installationOf(
  { packages, missing, diagnostics, temporary }: PackagePlan,
  { wanted, peersFrom = {}, lock, workspace }: PlanRequest,
  registry: Registry,
): Installation {
  const ranges: Record<string, string> = { ...peersFrom, ...wanted };
  const styles = new Map<string, Promise<InstalledPackages>>();
  return {
    packages,
    workspace,
    missing,
    diagnostics,
    temporary,
    versionOf: (name) => {
      const range = ranges[name];
      if (range === undefined) return null;
      const locked = lock?.version({ name, range, parent: "", parentKey: null })?.version;
      const planned = packages.find(({ folder }) => folder === `node_modules/${name}`)?.version;
      // The plan differs where the registry has lost a version of the lock.
      return planned ?? locked ?? (validRange(range) === null ? "latest" : range);
    },
    filesOf: (planned) => packageFiles(planned, registry),
    installed: async (names, others = {}) => {
      const planned = packages.filter(({ name }) => names.includes(name));
      const rest = Object.entries(others).filter(([name]) => !planned.some((known) => known.name === name));
      const request = { ...NOTHING, wanted: Object.fromEntries(rest) };
      const more = rest.length === 0 ? [] : (await planPackages(request, registry)).packages;
      return read([...planned, ...more], registry);
    },
    stylesOf: (name) => {
      const planned = packages.filter((one) => one.name === name);
      const known = styles.get(name) ?? read(planned, registry, isStyle);
      styles.set(name, known);
      return known;
    },
    matching: (name, isWanted) =>
      read(
        packages.filter(({ folder }) => folder === `node_modules/${name}`),
        registry,
        isWanted,
      ),
  };
}

const sorted = (record: Record<string, string>): [string, string][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** Prepares every package of an installation for reading. Executes neither scripts nor binaries. */
export const readAll = ({ packages }: Installation, registry: Registry): Promise<InstalledPackages> =>
  read(packages, registry);

const isStyle = (path: string): boolean => /(\.(css|scss|sass|less|tsx?|mts|vue)|(^|\/)package\.json)$/.test(path);

async function read(
  packages: PlannedPackage[],
  registry: Registry,
  filter: (path: string) => boolean = () => true,
): Promise<InstalledPackages> {
  const contents = await Promise.all(
    packages.map(async (planned) => (await openPlanned(planned, registry)).readAll(filter)),
  );
  return new InstalledPackages(new Map(packages.map(({ folder }, index) => [folder, contents[index] ?? new Map()])));
}

/** Returns the versions of top-level packages by name; "" for a package of the workspace. */
export function installedVersions({ packages, workspace }: Installation): Map<string, string> {
  const own = [...workspace.keys()].map((name) => [name, ""] as const);
  const top = packages.filter(({ folder }) => folder.lastIndexOf("node_modules/") === 0);
  return new Map([
    ...own,
    ...top.map(({ folder, version }) => [folder.slice("node_modules/".length), version] as const),
  ]);
}
