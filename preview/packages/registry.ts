import { ArchiveMemory, type HeldArchive, indexBytes } from "./archive-memory.ts";
import { type Hash, IntegrityMismatch, MAX_ARCHIVE_BYTES, readArchive, strongestHash } from "./archive-stream.ts";
import { Connections } from "./connections.ts";
import { GatheredFiles } from "./gathered-files.ts";
import { PackageArchive } from "./package-archive.ts";
import { PackageUnavailable } from "./package-unavailable.ts";
import { type Distribution, type Packument, parsePackument } from "./packument.ts";
import { isolatePackuments, PackumentCache } from "./packument-cache.ts";
import { type Clock, fetchFromRegistry, platformClock, retrying, unreachable } from "./retry.ts";
import { ArchiveCorrupt, ArchiveTooLarge } from "./tar-parser.ts";

export { PackageUnavailable } from "./package-unavailable.ts";
export type { Packument } from "./packument.ts";

/** Identifies an archive; `name` is the registry's. */
export type ArchiveSource = { name: string; version: string; dist: Distribution };

const ABBREVIATED = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
const PACKUMENT_SECONDS = 600;
const ARCHIVE_SECONDS = 30 * 24 * 3600;
const MAX_PACKUMENT_BYTES = 64 * 2 ** 20;
const PACKUMENT_TIMEOUT_MS = 30_000;
const ARCHIVE_TIMEOUT_MS = 120_000;
/** A Worker may open six connections at once. Reading an archive takes two: to the registry and to the cache. */
const MAX_CONNECTIONS = 6;
const ARCHIVE_CONNECTIONS = 2;
/** Maximum size of cached unpacked archives, out of the isolate's 128 MB. */
const HELD_BYTES = 40 * 2 ** 20;

const isolateMemory = new ArchiveMemory(HELD_BYTES);

/** Evicts the archives that this isolate has unpacked: a large bundle needs their memory more. */
export const forgetArchives = (): void => isolateMemory.clear();

/** Reads packages from one npm registry through the edge cache. Executes no code of a package. */
export class Registry {
  readonly #address: string;
  readonly #clock: Clock;
  readonly #memory: ArchiveMemory;
  readonly #connections = new Connections(MAX_CONNECTIONS);
  readonly #packuments: PackumentCache;
  readonly #opening = new Map<string, Promise<HeldArchive>>();

  /** @param address URL of the registry, such as `https://registry.npmjs.org` */
  constructor(address: string, { clock = platformClock, memory = isolateMemory, packuments = isolatePackuments } = {}) {
    this.#address = address.replace(/\/+$/, "");
    this.#packuments = new PackumentCache(this.#address, PACKUMENT_SECONDS * 1000, packuments);
    this.#clock = clock;
    this.#memory = memory;
  }

  /**
   * Reads a package's versions. Concurrent callers share one request.
   * @throws {PackageUnavailable}
   */
  packument(name: string): Promise<Packument> {
    return this.#packuments.get(name, () =>
      retrying(() => this.#connections.run(1, () => this.#readPackument(name)), this.#clock),
    );
  }

  async #readPackument(name: string): Promise<{ packument: Packument; bytes: number }> {
    const path = `/${name.replace("/", "%2f")}`;
    const cache = await caches.open("npm");
    const kept = await cache.match(cacheKey(path));
    const signal = AbortSignal.timeout(PACKUMENT_TIMEOUT_MS);
    const init = { headers: { Accept: ABBREVIATED }, signal };
    const response = kept ?? (await fetchFromRegistry(this.#address + path, name, init));
    if (Number(response.headers.get("Content-Length")) > MAX_PACKUMENT_BYTES) throw tooLarge(name);
    const json = await response.text().catch((failure: unknown) => {
      throw unreachable(name, failure);
    });
    const packument = parsePackument(name, json);
    if (kept === undefined) await cache.put(cacheKey(path), new Response(json, cachedFor(PACKUMENT_SECONDS)));
    return { packument, bytes: json.length };
  }

  /**
   * Opens a version's archive, and verifies its integrity before any use. Caches packages with few useful files whole;
   * for others, caches only the index and unpacks files at each read.
   * @throws {PackageUnavailable}
   */
  async open(source: ArchiveSource): Promise<PackageArchive> {
    const { integrity } = source.dist;
    const hash = integrity === undefined ? null : strongestHash(integrity);
    if (integrity === undefined || hash === null) {
      throw new PackageUnavailable(`The registry gives no hash for "${source.name}" that can be verified.`, false);
    }
    const held = () => this.#held(source, integrity, hash);
    await held();
    return new PackageArchive(held, (paths) => this.#unpackSome(source, integrity, hash, paths));
  }

  #held(source: ArchiveSource, key: string, hash: Hash): Promise<HeldArchive> {
    const held = this.#memory.get(key);
    if (held !== null) return Promise.resolve(held);
    const opening =
      this.#opening.get(key) ?? this.#unpackFirst(source, key, hash).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  /** Verifies an archive from any source, and caches its files within the memory bound. */
  async #unpackFirst(source: ArchiveSource, key: string, hash: Hash): Promise<HeldArchive> {
    const gathered = await this.#pass(source, hash, () => new GatheredFiles(this.#memory));
    const archive = { index: gathered.index, files: gathered.files };
    const indexSize = [...gathered.index.keys()].reduce((sum, path) => sum + indexBytes(path), 0);
    if (this.#memory.take(indexSize)) this.#memory.set(key, archive, gathered.takenBytes + indexSize);
    else gathered.release();
    return archive;
  }

  async #unpackSome(source: ArchiveSource, key: string, hash: Hash, paths: ReadonlySet<string>) {
    const gathered = await this.#pass(source, hash, () => new GatheredFiles(null, paths));
    for (const [path, content] of gathered.files) this.#memory.add(key, path, content);
    return gathered.files;
  }

  /** Reads an archive once, from the cache or from the registry. Drops and refetches a copy that does not match. */
  #pass(source: ArchiveSource, hash: Hash, start: () => GatheredFiles): Promise<GatheredFiles> {
    return retrying(
      () =>
        this.#connections.run(ARCHIVE_CONNECTIONS, async () => {
          const gathered = start();
          try {
            return (await this.#readKept(source, hash, gathered)) ? gathered : await this.#fetch(source, hash, start());
          } catch (failure) {
            gathered.release();
            throw failure;
          }
        }),
      this.#clock,
    );
  }

  /** Returns false when the cache has no matching archive. */
  async #readKept(source: ArchiveSource, hash: Hash, gathered: GatheredFiles): Promise<boolean> {
    const cache = await caches.open("npm");
    const key = cacheKey(archivePath(source), hash);
    const body = (await cache.match(key))?.body;
    if (body === null || body === undefined) return false;
    try {
      // The first read in this isolate verifies; the writer verified the bytes under this key.
      await readArchive(body, gathered, { hash: gathered.isPartial ? null : hash, isDone: () => gathered.isDone });
      return true;
    } catch (failure) {
      gathered.release();
      await cache.delete(key);
      if (failure instanceof ArchiveTooLarge || failure instanceof ArchiveCorrupt) throw refused(source, failure);
      return false;
    }
  }

  /**
   * Requests an archive from the registry itself, whatever its stated host, and caches it by path and hash, so that
   * the cache survives a new registry host, such as a local one's at every start. The platform writes it to the cache
   * first, without JavaScript, under a unique name that nothing else reads before verification.
   */
  async #fetch(source: ArchiveSource, hash: Hash, gathered: GatheredFiles): Promise<GatheredFiles> {
    const cache = await caches.open("npm");
    const unverified = `${cacheKey(archivePath(source), hash)}&unverified=${crypto.randomUUID()}`;
    try {
      await cache.put(unverified, new Response(await this.#download(source), cachedFor(ARCHIVE_TIMEOUT_MS / 1000)));
      const copy = await cache.match(unverified);
      // Without a cache, as on a host without a zone, the read downloads the archive again.
      await readArchive(copy?.body ?? (await this.#download(source)), gathered, { hash });
      const verified = await cache.match(unverified);
      const key = cacheKey(archivePath(source), hash);
      if (verified !== undefined) await cache.put(key, new Response(verified.body, cachedFor(ARCHIVE_SECONDS)));
      return gathered;
    } catch (failure) {
      gathered.release();
      throw refused(source, failure);
    } finally {
      await cache.delete(unverified);
    }
  }

  async #download(source: ArchiveSource): Promise<ReadableStream<Uint8Array>> {
    const signal = AbortSignal.timeout(ARCHIVE_TIMEOUT_MS);
    const init = { headers: { Accept: "*/*" }, signal };
    const { body, headers } = await fetchFromRegistry(this.#address + archivePath(source), source.name, init);
    if (body === null) throw unreachable(source.name, "an answer without a body");
    if (Number(headers.get("Content-Length")) <= MAX_ARCHIVE_BYTES) return body;
    await body.cancel();
    throw tooLarge(source.name);
  }
}

function archivePath({ name, dist: { tarball } }: ArchiveSource): string {
  return `/${name}/-/${tarball.slice(tarball.lastIndexOf("/") + 1)}`;
}

function cacheKey(path: string, hash?: Hash): string {
  const digest = hash === undefined ? "" : `?${hash.algorithm}=${encodeURIComponent(hash.digests.join(" "))}`;
  return `https://npm.invalid${path}${digest}`;
}

function cachedFor(seconds: number): ResponseInit {
  return { headers: { "Cache-Control": `max-age=${seconds}` } };
}

/** Converts a failed read of an archive to an error for the package's dependent. */
function refused({ name, version }: ArchiveSource, failure: unknown): PackageUnavailable {
  if (failure instanceof PackageUnavailable) return failure;
  if (failure instanceof ArchiveTooLarge) return tooLarge(name);
  if (failure instanceof IntegrityMismatch) {
    const message = `The archive of "${name}" ${version} doesn't match the hash in the registry or the lock file, so it was refused.`;
    return new PackageUnavailable(message, false);
  }
  if (failure instanceof ArchiveCorrupt) {
    return new PackageUnavailable(`The archive of "${name}" ${version} cannot be unpacked.`, false);
  }
  return unreachable(name, failure);
}

function tooLarge(name: string): PackageUnavailable {
  return new PackageUnavailable(`The package "${name}" is too large for a preview.`, false);
}
