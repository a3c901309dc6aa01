import { PackageUnavailable } from "./package-unavailable.ts";
import { type Distribution, type Packument, parsePackument } from "./packument.ts";
import { ArchiveTooLarge, unpack } from "./tarball.ts";

export { PackageUnavailable } from "./package-unavailable.ts";

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
    const accept = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
    const body = await this.#read(`/${name.replace("/", "%2f")}`, name, accept, PACKUMENT_SECONDS, async () => {});
    return parsePackument(name, new TextDecoder().decode(body));
  }

  /**
   * A version's files, by path inside the package. Nothing of it is run, and its bytes must match the integrity the
   * registry names for it. An archive is asked of the registry itself, whatever host it is said to be at.
   * Throws {@link PackageUnavailable}.
   */
  async files(name: string, { tarball, integrity }: Distribution): Promise<Map<string, Uint8Array>> {
    const path = `/${name}/-/${tarball.slice(tarball.lastIndexOf("/") + 1)}`;
    const check = (archive: Uint8Array<ArrayBuffer>) => verify(name, archive, integrity);
    const archive = await this.#read(path, name, "*/*", TARBALL_SECONDS, check);
    try {
      return await unpack(archive, UNPACKED_LIMIT);
    } catch (failure) {
      throw failure instanceof ArchiveTooLarge ? tooLarge(name) : failure;
    }
  }

  /**
   * Cached by path, so that a registry that moves, as a local one does at every start, finds what was kept of it.
   * What fails its check is not kept.
   */
  async #read(path: string, name: string, accept: string, seconds: number, check: Check): Promise<Bytes> {
    const cache = await caches.open("npm");
    const key = `https://npm.invalid${path}`;
    const kept = await cache.match(key);
    const body =
      kept === undefined
        ? await fetchBytes(this.#address + path, name, accept)
        : new Uint8Array(await kept.arrayBuffer());
    await check(body);
    if (kept === undefined) {
      await cache.put(key, new Response(body, { headers: { "Cache-Control": `max-age=${seconds}` } }));
    }
    return body;
  }
}

type Bytes = Uint8Array<ArrayBuffer>;
type Check = (body: Bytes) => Promise<void>;

async function fetchBytes(address: string, name: string, accept: string): Promise<Uint8Array<ArrayBuffer>> {
  const unreachable = (failure: unknown) =>
    new PackageUnavailable(`The package registry cannot be reached for "${name}": ${failure}.`, true);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(address, { headers: { Accept: accept }, signal }).catch((failure) => {
    throw unreachable(failure);
  });
  if (response.status === 404) throw new PackageUnavailable(`There is no package "${name}" in the registry.`, false);
  if (!response.ok) throw new PackageUnavailable(`The registry answered ${response.status} for "${name}".`, true);
  if (Number(response.headers.get("Content-Length")) > ARCHIVE_LIMIT) throw tooLarge(name);
  const body = await response.arrayBuffer().catch((failure) => {
    throw unreachable(failure);
  });
  if (body.byteLength > ARCHIVE_LIMIT) throw tooLarge(name);
  return new Uint8Array(body);
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
