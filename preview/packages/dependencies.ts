import type { Lock } from "./lock.ts";
import type { Ancestor, Overrides } from "./overrides.ts";
import { readSpec } from "./package-spec.ts";
import type { Dependency, DependencyKind } from "./package-tree.ts";
import type { PackageVersion } from "./packument.ts";

/** The dependent: `folder` is "" for the project, which has no `ancestors`. */
export type Dependent = { folder: string; ancestors: readonly Ancestor[] };

/**
 * Platform-specific optional packages follow one naming pattern; twenty requests to the registry would change nothing.
 */
const PLATFORM =
  /(?:^|[-_/.])(?:linux|darwin|win32|windows|android|freebsd|netbsd|openbsd|sunos|aix|openharmony)(?:$|[-_/.])/;

/** Lists the dependencies of packages, with the project's overrides and lock applied. */
export class DependencyReader {
  readonly #overrides: Overrides;
  readonly #lock: Lock | null;
  readonly #chosen: Readonly<Record<string, string>>;

  /** @param chosen the project's own dependencies; an optional peer among them is installed */
  constructor(overrides: Overrides, lock: Lock | null, chosen: Readonly<Record<string, string>> = {}) {
    this.#overrides = overrides;
    this.#lock = lock;
    this.#chosen = chosen;
  }

  /** The project's own dependencies. */
  own(ranges: Readonly<Record<string, string>>): Dependency[] {
    const project = { folder: "", ancestors: [] };
    return Object.entries(ranges).flatMap(([name, range]) => this.#dependency(name, range, "prod", project) ?? []);
  }

  /** Lists a version's dependencies. Optional ones win over required ones, and both over peers, as in npm. */
  of(version: PackageVersion, dependent: Dependent): Dependency[] {
    const bundled = version.bundleDependencies ?? [];
    const kinds = new Map<string, [range: string, kind: DependencyKind]>();
    for (const [name, range] of Object.entries(version.peerDependencies ?? {})) {
      const isOptional = version.peerDependenciesMeta?.[name]?.optional === true;
      kinds.set(name, [range, isOptional && !Object.hasOwn(this.#chosen, name) ? "peerOptional" : "peer"]);
    }
    for (const [name, range] of Object.entries(version.dependencies ?? {})) kinds.set(name, [range, "prod"]);
    for (const [name, range] of Object.entries(version.optionalDependencies ?? {}))
      kinds.set(name, [range, "optional"]);
    return [...kinds].flatMap(([name, [range, kind]]) => {
      const isInside =
        bundled === true ? kind === "prod" || kind === "optional" : bundled !== false && bundled.includes(name);
      if (isInside || (kind === "optional" && PLATFORM.test(name))) return [];
      return this.#dependency(name, range, kind, dependent) ?? [];
    });
  }

  #dependency(name: string, declared: string, kind: DependencyKind, dependent: Dependent): Dependency | null {
    const range = this.#overrides.rangeOf(name, declared, dependent.ancestors);
    if (range === null) return null;
    const spec = readSpec(name, range);
    if (typeof spec === "string") return { name, range, spec, kind };
    const locked = this.#locked(name, range, kind, dependent);
    if (locked === null) return { name, range, spec, kind };
    const integrity = locked.integrity?.startsWith("sha512-") ? { integrity: locked.integrity } : {};
    return { name, range, spec: { ...spec, range: locked.version }, kind, locked: true, ...integrity };
  }

  /** A lock may contain a peer outside its dependent's range, which a person accepted at installation. */
  #locked(name: string, range: string, kind: DependencyKind, { folder, ancestors }: Dependent) {
    const parent = ancestors.at(-1);
    const parentKey = parent === undefined ? null : `${parent.name}@${parent.version}`;
    const isPeer = kind === "peer" || kind === "peerOptional";
    const ask = (asked: string) => this.#lock?.version({ name, range: asked, parent: folder, parentKey }) ?? null;
    return ask(range) ?? (isPeer ? ask("*") : null);
  }
}
