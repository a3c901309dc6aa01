import type { PackageSpec } from "./package-spec.ts";
import { TooManyPackages } from "./package-unavailable.ts";
import { chooseVersion, type PackageVersion, type Packument } from "./packument.ts";

/** The source of packuments; concurrent reads of one package share a request. */
export type PackumentSource = { packument(name: string): Promise<Packument> };

/** Maximum packages of a project, counted by their packuments. */
export const MAX_PACKAGES = 2_000;

/** Chooses versions, once for each range of a package. */
export class VersionChooser {
  readonly #source: PackumentSource;
  readonly #names = new Set<string>();
  readonly #chosen = new Map<string, Promise<PackageVersion>>();

  constructor(source: PackumentSource) {
    this.#source = source;
  }

  /**
   * @param also a second range, preferred when a version is in both
   * @throws {PackageUnavailable} for an unknown package or version, or above the maximum number of packages
   */
  choose(spec: PackageSpec, also: string | null = null): Promise<PackageVersion> {
    const key = JSON.stringify([spec.name, spec.range, also === spec.range ? null : also]);
    const chosen = this.#chosen.get(key) ?? this.#ask(spec, also);
    this.#chosen.set(key, chosen);
    return chosen;
  }

  /** Counts packages before their requests, so that exceeding the maximum causes no traffic. */
  count(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
    if (this.#names.size > MAX_PACKAGES) throw new TooManyPackages(MAX_PACKAGES);
  }

  async #ask(spec: PackageSpec, also: string | null): Promise<PackageVersion> {
    this.count([spec.name]);
    return chooseVersion(await this.#source.packument(spec.name), spec, also);
  }
}
