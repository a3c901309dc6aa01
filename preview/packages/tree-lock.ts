import { fits, type Lock, type LockedPackage, type LockedVersion, type LockRequest, lockedVersion } from "./lock.ts";
import { foldersFrom } from "./package-folders.ts";

/** A lock that lists packages by folder, as npm and bun write it. Lookups follow Node's resolution. */
export class TreeLock implements Lock {
  readonly source: string;
  readonly #packages: ReadonlyMap<string, LockedPackage>;
  readonly #projects: readonly string[];
  readonly #folders = new Map<string, string[]>();

  /**
   * @param packages by folder, such as `node_modules/a/node_modules/b`
   * @param projects the folders from which dependencies of the project are resolved: the app's, then other workspaces'
   */
  constructor(source: string, packages: ReadonlyMap<string, LockedPackage>, projects: readonly string[]) {
    this.source = source;
    this.#packages = packages;
    this.#projects = projects;
    for (const [folder, { name, version }] of packages) {
      const key = `${name}@${version}`;
      this.#folders.set(key, [...(this.#folders.get(key) ?? []), folder]);
    }
  }

  version(request: LockRequest): LockedVersion | null {
    for (const parent of this.#parents(request)) {
      const found = foldersFrom(parent, request.name).find((folder) => this.#packages.has(folder));
      const locked = this.#packages.get(found ?? "");
      if (locked !== undefined && fits(locked, request)) return lockedVersion(locked);
    }
    return null;
  }

  /**
   * Lists the dependent's folders in the lock, its planned folder first: the plan may place it elsewhere than the lock.
   */
  #parents({ parent, parentKey }: LockRequest): readonly string[] {
    if (parentKey === null) return this.#projects;
    const folders = this.#folders.get(parentKey) ?? [];
    const inApp = this.#projects[0] ? `${this.#projects[0]}/${parent}` : parent;
    const exact = folders.filter((folder) => folder === parent || folder === inApp);
    return [...exact, ...folders.filter((folder) => !exact.includes(folder))];
  }
}
