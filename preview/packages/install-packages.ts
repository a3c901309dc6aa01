import { InstalledPackages } from "./installed-packages.ts";
import { PackageUnavailable } from "./package-unavailable.ts";
import { type PlannedPackage, planPackages } from "./plan-packages.ts";
import type { Registry } from "./registry.ts";

/** Where the choice of versions is kept, so that a project's packages change only when its package.json does. */
export type PlanStore = { get(key: string): PlannedPackage[] | null; put(key: string, plan: PlannedPackage[]): void };

/**
 * Has every package of `dependencies` ready to be read. Nothing is executed: no scripts, no binaries.
 * Throws `PackageUnavailable`.
 */
export async function installPackages(
  dependencies: Record<string, string>,
  registry: Registry,
  plans: PlanStore,
): Promise<InstalledPackages> {
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  const key = JSON.stringify(sorted);
  const plan = plans.get(key) ?? (await planOf(sorted, registry));
  const contents = await Promise.all(plan.map((planned) => contentsOf(planned, registry)));
  plans.put(key, plan);
  return new InstalledPackages(new Map(plan.map((planned, index) => [planned.folder, contents[index] ?? new Map()])));
}

async function planOf(wanted: Record<string, string>, registry: Registry): Promise<PlannedPackage[]> {
  const { packages, missing, temporary } = await planPackages({ wanted, lock: null, workspace: new Map() }, registry);
  const reason = Object.keys(wanted).flatMap((name) => missing.get(name) ?? [])[0];
  if (reason !== undefined) throw new PackageUnavailable(reason, temporary);
  return packages;
}

async function contentsOf(planned: PlannedPackage, registry: Registry): Promise<Map<string, Uint8Array>> {
  return (await registry.open(planned)).readAll(() => true);
}
