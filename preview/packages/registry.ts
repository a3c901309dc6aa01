import { ArchiveTooLarge, unpack } from "./tarball.ts";

export type PackageVersion = {
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  dist: { tarball: string; integrity?: string };
};

export type Packument = { "dist-tags": Record<string, string>; versions: Record<string, PackageVersion> };

/** A package that could not be had. `temporary`: asking again later may help. */
export class PackageUnavailable extends Error {
  readonly temporary: boolean;
  constructor(message: string, temporary: boolean) {
    super(message);
    this.temporary = temporary;
  }
}

const PACKUMENT_SECONDS = 600;
const TARBALL_SECONDS = 30 * 24 * 3600;
const ARCHIVE_LIMIT = 24 * 2 ** 20;
const UNPACKED_LIMIT = 64 * 2 ** 20;
const TIMEOUT_MS = 30_000;

/** Reads packages from one npm registry, through the edge's cache. */
export class Registry {
  readonly #address: string;

  /** @param address of the registry, such as `https://registry.npmjs.org` */
  constructor(address: string) {
    this.#address = address.replace(/\/+$/, "");
  }

  /** What versions a package has. Throws {@link PackageUnavailable}. */
  async packument(name: string): Promise<Packument> {
    const address = `${this.#address}/${name.replace("/", "%2f")}`;
    const accept = { Accept: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8" };
    const response = await cachedFetch(address, accept, PACKUMENT_SECONDS, name);
    return response.json<Packument>();
  }

  /**
   * A version's files, by path inside the package. Nothing of it is run, and its bytes must match the integrity the
   * registry names for it. Throws {@link PackageUnavailable}.
   */
  async files(name: string, dist: PackageVersion["dist"]): Promise<Map<string, Uint8Array>> {
    if (new URL(dist.tarball).origin !== new URL(this.#address).origin) {
      throw new PackageUnavailable(`The registry keeps "${name}" on another host, which is not followed.`, false);
    }
    const response = await cachedFetch(dist.tarball, {}, TARBALL_SECONDS, name);
    if (Number(response.headers.get("Content-Length")) > ARCHIVE_LIMIT) throw tooLarge(name);
    const archive = new Uint8Array(await response.arrayBuffer());
    await verify(name, archive, dist.integrity);
    try {
      return await unpack(archive, UNPACKED_LIMIT);
    } catch (failure) {
      throw failure instanceof ArchiveTooLarge ? tooLarge(name) : failure;
    }
  }
}

async function cachedFetch(address: string, headers: HeadersInit, seconds: number, name: string): Promise<Response> {
  const cache = await caches.open("npm");
  const kept = await cache.match(address);
  if (kept !== undefined) return kept;
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((failure) => {
    throw new PackageUnavailable(`The package registry cannot be reached for "${name}": ${failure}.`, true);
  });
  if (response.status === 404) throw new PackageUnavailable(`There is no package "${name}" in the registry.`, false);
  if (!response.ok) throw new PackageUnavailable(`The registry answered ${response.status} for "${name}".`, true);
  const body = await response.arrayBuffer();
  const init = { headers: { "Cache-Control": `max-age=${seconds}`, "Content-Length": String(body.byteLength) } };
  await cache.put(address, new Response(body, init));
  return new Response(body, init);
}

async function verify(name: string, archive: Uint8Array<ArrayBuffer>, integrity: string | undefined): Promise<void> {
  const wanted = integrity?.split(" ").find((hash) => hash.startsWith("sha512-"));
  if (wanted === undefined) throw new PackageUnavailable(`The registry gives no sha512 for "${name}".`, false);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", archive));
  const found = `sha512-${btoa(String.fromCharCode(...digest))}`;
  if (found !== wanted) {
    throw new PackageUnavailable(
      `The archive of "${name}" is not the one the registry vouches for; it was refused.`,
      false,
    );
  }
}

function tooLarge(name: string): PackageUnavailable {
  return new PackageUnavailable(`The package "${name}" is too large for a preview.`, false);
}
