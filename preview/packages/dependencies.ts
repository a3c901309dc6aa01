import type { Lock } from "./lock.ts";
import type { Ancestor, Overrides } from "./overrides.ts";
import { readSpec } from "./package-spec.ts";
import type { Dependency, DependencyKind } from "./package-tree.ts";
import type { PackageVersion } from "./packument.ts";

/** Who depends: `folder` is "" for the project, whose `ancestors` are none. */
export type Dependent = { folder: string; ancestors: readonly Ancestor[] };

/** Optional packages of one platform are named alike everywhere; asking the registry for twenty of them decides nothing. */
const PLATFORM =
  /(?:^|[-_/.])(?:linux|darwin|win32|windows|android|freebsd|netbsd|openbsd|sunos|aix|openharmony)(?:$|[-_/.])/;

/** Finds what packages depend on, with the project's overrides and its lock taken into account. */
export class DependencyReader {
  readonly #overrides: Overrides;
  readonly #lock: Lock | null;
  readonly #chosen: Readonly<Record<string, string>>;

  /** @param chosen what the project itself names: an optional peer among it is there to be found */
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

  /** A version's dependencies. What is optional wins over what is required, and both over peers, as in npm. */
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
    return { name, range, spec: { ...spec, range: locked.version }, kind, ...integrity };
  }

  /** A lock may have a peer that its dependent does not accept: somebody decided so when it was installed. */
  #locked(name: string, range: string, kind: DependencyKind, { folder, ancestors }: Dependent) {
    const parent = ancestors.at(-1);
    const parentKey = parent === undefined ? null : `${parent.name}@${parent.version}`;
    const isPeer = kind === "peer" || kind === "peerOptional";
    const ask = (asked: string) => this.#lock?.version({ name, range: asked, parent: folder, parentKey }) ?? null;
    return ask(range) ?? (isPeer ? ask("*") : null);
  }
}
