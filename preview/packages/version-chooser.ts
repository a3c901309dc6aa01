import type { PackageSpec } from "./package-spec.ts";
import { TooManyPackages } from "./package-unavailable.ts";
import { chooseVersion, type PackageVersion, type Packument } from "./packument.ts";

/** Where packuments come from; each is asked for once at a time, however many want it. */
export type PackumentSource = { packument(name: string): Promise<Packument> };

/** Most packages that a project may have, and whose packuments are asked for. */
export const MAX_PACKAGES = 2_000;

/** Chooses versions, each range of a package once. */
export class VersionChooser {
  readonly #source: PackumentSource;
  readonly #names = new Set<string>();
  readonly #chosen = new Map<string, Promise<PackageVersion>>();

  constructor(source: PackumentSource) {
    this.#source = source;
  }

  /**
   * @param also a further range that is honoured where some version is in both
   * @throws {PackageUnavailable} where there is no such package or version, or too many packages were asked for
   */
  choose(spec: PackageSpec, also: string | null = null): Promise<PackageVersion> {
    const key = JSON.stringify([spec.name, spec.range, also === spec.range ? null : also]);
    const chosen = this.#chosen.get(key) ?? this.#ask(spec, also);
    this.#chosen.set(key, chosen);
    return chosen;
  }

  /** Counts names before they are asked for, so that too many of them cost nothing. */
  count(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
    if (this.#names.size > MAX_PACKAGES) throw new TooManyPackages(MAX_PACKAGES);
  }

  async #ask(spec: PackageSpec, also: string | null): Promise<PackageVersion> {
    this.count([spec.name]);
    return chooseVersion(await this.#source.packument(spec.name), spec, also);
  }
}
