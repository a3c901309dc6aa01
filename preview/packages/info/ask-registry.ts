/** What could not be read of a package, in a sentence for whoever asked. */
export class InfoUnavailable extends Error {}

/** Asks the registry for a path, such as `/zod`. */
export type AskRegistry = (path: string, accept: string) => Promise<Response>;

const maxBytes = 32 * 2 ** 20;
const timeoutMs = 8_000;
/** Content Too Large. */
const tooLarge = 413;
const versionSeconds = 600;

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
    const body = response.ok ? await readBody(response) : null;
    if (body === null) return response.ok ? new Response(null, { status: tooLarge }) : response;
    // An archive is kept by whoever has checked it: one that is not what was promised would stay in the way of builds.
    if (!path.endsWith(".tgz")) {
      await cache.put(key, new Response(body, { headers: { "Cache-Control": `max-age=${versionSeconds}` } }));
    }
    return new Response(body);
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
  if (!response.ok && response.status !== tooLarge) {
    throw new InfoUnavailable(`The package registry answered ${response.status} for "${name}".`);
  }
  const body = await readBody(response).catch(() => {
    throw unreachable();
  });
  if (body === null) throw new InfoUnavailable(`"${name}" is too large to be read here.`);
  return body;
}

/** A response's body, or null where it has more than may be read. */
async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null || response.status === tooLarge) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
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
