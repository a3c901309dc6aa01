import { parseYaml } from "../project/yaml.ts";
import {
  fits,
  type Json,
  type Lock,
  type LockedPackage,
  type LockedVersion,
  type LockRequest,
  lockedVersion,
  objectOf,
  textOf,
} from "./lock.ts";

/** `specifier`: the range that was resolved, for a project's own dependencies. */
type Reference = { specifier: string | undefined; version: string };

const OWN_FIELDS = ["dependencies", "devDependencies", "optionalDependencies"];
const INNER_FIELDS = ["dependencies", "optionalDependencies"];

/**
 * Parses pnpm-lock.yaml in versions 5.4, 6 and 9.
 * @param app the app's folder below that of the lock, "" for the same
 * @throws {YAMLParseError} for invalid YAML
 */
export function readPnpmLock(source: string, text: string, app: string): Lock {
  // Merge conflicts and duplicate keys throw.
  return new PnpmLock(source, objectOf(parseYaml(text)), app);
}

class PnpmLock implements Lock {
  readonly source: string;
  readonly #importers: Json[];
  readonly #packages: Json;
  /** A package's entries by `name@version`: one per set of peers. */
  readonly #entries = new Map<string, Json[]>();

  constructor(source: string, lock: Json, app: string) {
    this.source = source;
    const importers = objectOf(lock.importers);
    const own = importers[app === "" ? "." : app] ?? (app === "" ? lock : undefined);
    this.#importers = [own, ...Object.values(importers).filter((importer) => importer !== own)].map(objectOf);
    this.#packages = objectOf(lock.packages);
    for (const [key, entry] of Object.entries(objectOf(lock.snapshots ?? lock.packages))) {
      const locked = parseKey(key);
      if (locked === null) continue;
      const id = `${locked.name}@${locked.version}`;
      this.#entries.set(id, [...(this.#entries.get(id) ?? []), objectOf(entry)]);
    }
  }

  version(request: LockRequest): LockedVersion | null {
    const { name, range, parentKey } = request;
    const references =
      parentKey === null
        ? this.#importers.map((importer) => ownReference(importer, name))
        : (this.#entries.get(parentKey) ?? []).map((entry) => innerReference(entry, name));
    for (const reference of references) {
      const locked = reference === null ? null : target(name, reference.version);
      // A range equal to the locked specifier needs no check: overrides may have chosen another version.
      if (locked !== null && (reference?.specifier === range || fits(locked, request))) return this.#complete(locked);
    }
    return null;
  }

  #complete(locked: LockedPackage): LockedVersion {
    const { name, version } = locked;
    const id = `${name}@${version}`;
    const entry = [id, `/${id}`, `/${name}/${version}`].map((key) => this.#packages[key]).find((found) => found);
    const { resolution } = objectOf(entry ?? this.#entries.get(id)?.[0]);
    const integrity = textOf(objectOf(resolution).integrity);
    const tarball = textOf(objectOf(resolution).tarball);
    return lockedVersion({ ...locked, ...(integrity && { integrity }), ...(tarball && { tarball }) });
  }
}

function ownReference(importer: Json, name: string): Reference | null {
  for (const field of OWN_FIELDS) {
    const value = objectOf(importer[field])[name];
    if (typeof value === "string") return { specifier: textOf(objectOf(importer.specifiers)[name]), version: value };
    const version = textOf(objectOf(value).version);
    if (version !== undefined) return { specifier: textOf(objectOf(value).specifier), version };
  }
  return null;
}

function innerReference(entry: Json, name: string): Reference | null {
  const version = INNER_FIELDS.map((field) => textOf(objectOf(entry[field])[name])).find((found) => found);
  return version === undefined ? null : { specifier: undefined, version };
}

/** A reference is a version or, for an alias, the key of another package's entry. */
function target(name: string, reference: string): LockedPackage | null {
  const version = /^\d[^_(]*/.exec(reference)?.[0];
  return version === undefined ? parseKey(reference) : { name, version };
}

/**
 * Parses `/name/1.0.0_peers` (5.4), `/name@1.0.0(peers)` (6) or `name@1.0.0(peers)` (9). The first two begin with a
 * host for packages of another registry than the lock's own. Returns null for links, folders and URLs.
 */
function parseKey(key: string): LockedPackage | null {
  const [, name, version] =
    /^(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?\/|\/)?((?:@[^/@]+\/)?[^/@(]+)[@/](\d[^_(/@]*)(?:[_(].*)?$/.exec(key) ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}
