/** Thrown with a message for the agent that requested the package. */
export class InfoUnavailable extends Error {}

/** Fetches a path of the registry, such as `/zod`. */
export type AskRegistry = (path: string, accept: string) => Promise<Response>;

const maxBytes = 32 * 2 ** 20;
const timeoutMs = 8_000;
/** Content Too Large. */
const tooLarge = 413;
const versionSeconds = 600;

/**
 * Creates a fetch function of a registry behind the edge cache, with the cache keys of builds, so that both share
 * archives.
 * @param address URL of the registry, such as `https://registry.npmjs.org`
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
    // Only verified archives are cached: a corrupt one would break builds.
    if (!path.endsWith(".tgz")) {
      await cache.put(key, new Response(body, { headers: { "Cache-Control": `max-age=${versionSeconds}` } }));
    }
    return new Response(body);
  };
}

/**
 * Reads a path of the registry, at most 32 MB.
 * @throws InfoUnavailable when it is missing or too large, or the registry fails
 */
export async function bytesAt(ask: AskRegistry, path: string, accept: string, name: string): Promise<Uint8Array> {
  const unreachable = () => new InfoUnavailable(`The package registry does not answer for "${name}".`);
  const response = await ask(path, accept).catch(() => {
    throw unreachable();
  });
  if (response.status === 404) throw new InfoUnavailable(`There is no package "${name}" in the registry.`);
  if (!response.ok && response.status !== tooLarge) {
    throw new InfoUnavailable(`The package registry returned ${response.status} for "${name}".`);
  }
  const body = await readBody(response).catch(() => {
    throw unreachable();
  });
  if (body === null) throw new InfoUnavailable(`"${name}" is too large to be read here.`);
  return body;
}

/** Reads a response's body; null when it exceeds the maximum. */
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

/** Concatenates chunks into one array of `length` bytes. */
export function joined(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
