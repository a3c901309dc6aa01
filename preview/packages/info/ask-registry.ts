/** What could not be read of a package, in a sentence for whoever asked. */
export class InfoUnavailable extends Error {}

/** Asks the registry for a path, such as `/zod`. */
export type AskRegistry = (path: string, accept: string) => Promise<Response>;

const maxBytes = 32 * 2 ** 20;
const timeoutMs = 8_000;
const versionSeconds = 600;
const archiveSeconds = 30 * 24 * 3_600;

/**
 * Asks a registry through the edge's cache, under the same keys as builds do: an archive that a build has fetched is not
 * fetched again.
 * @param address of the registry, such as `https://registry.npmjs.org`
 */
export function cachedRegistry(address: string): AskRegistry {
  const base = address.replace(/\/+$/, "");
  return async (path, accept) => {
    const cache = await caches.open("npm");
    const key = `https://npm.invalid${path}`;
    const cached = await cache.match(key);
    if (cached !== undefined) return cached;
    const response = await fetch(base + path, { headers: { Accept: accept }, signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok && Number(response.headers.get("Content-Length") ?? maxBytes) < maxBytes) {
      const seconds = path.endsWith(".tgz") ? archiveSeconds : versionSeconds;
      const headers = { "Cache-Control": `max-age=${seconds}`, "Content-Type": "application/octet-stream" };
      const body = await response.arrayBuffer();
      await cache.put(key, new Response(body, { headers }));
      return new Response(body);
    }
    return response;
  };
}

/**
 * Reads what the registry has at a path, at most 32 MB.
 * @throws InfoUnavailable where there is nothing, or too much, or the registry does not answer
 */
export async function bytesAt(ask: AskRegistry, path: string, accept: string, name: string): Promise<Uint8Array> {
  const unreachable = () => new InfoUnavailable(`The package registry does not answer for "${name}".`);
  const response = await ask(path, accept).catch(() => {
    throw unreachable();
  });
  if (response.status === 404) throw new InfoUnavailable(`There is no package "${name}" in the registry.`);
  if (!response.ok || response.body === null) {
    throw new InfoUnavailable(`The package registry answered ${response.status} for "${name}".`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body) {
      length += chunk.length;
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw unreachable();
  }
  if (length > maxBytes) throw new InfoUnavailable(`"${name}" is too large to be read here.`);
  return joined(chunks, length);
}

/** Puts chunks into one array of `length` bytes. */
export function joined(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
