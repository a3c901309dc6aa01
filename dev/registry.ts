import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createDiskCache } from "./registry/disk-cache.ts";
import { configuredRegistry, rewriteArchives } from "./registry/upstream.ts";

/** Maximum age of a cached packument. An archive never changes. */
const PACKUMENT_FRESH_MS = 5 * 60_000;
const MAX_BYTES = 128 * 1024 * 1024;
const NAME = /^\/(@[\w.~-]+(\/|%2f))?[\w.~-]+$/i;
const ARCHIVE = /^\/(@[\w.~-]+(\/|%2f))?[\w.~-]+\/-\/(@[\w.~-]+(\/|%2f))?[\w.~+-]+\.tgz$/i;

type Answer = { status: number; type: string; content: Buffer | string };

export type RegistryPassThrough = { url: string; port: number; close(): Promise<void> };

/**
 * Serves the npm registry at an address that the Workers' runtime can reach: forwards GETs of packuments and archives
 * to the registry that npm is configured with, and caches the responses on disk, so that it also works offline.
 * @throws Error when the port is taken
 */
export async function startRegistry(options: {
  cacheDir: string;
  port?: number | undefined;
  upstream?: string | undefined;
}): Promise<RegistryPassThrough> {
  const upstream = options.upstream === undefined ? configuredRegistry() : Promise.resolve(new URL(options.upstream));
  upstream.catch(() => undefined); // The first request reports the failure; until then nobody awaits it.
  const packages = createPackages(upstream, createDiskCache(options.cacheDir));

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? "/";
    try {
      if (incoming.method !== "GET") return send(outgoing, { status: 405, type: "text/plain", content: "GET only" });
      if (ARCHIVE.test(path)) return send(outgoing, await packages.archive(path));
      if (!NAME.test(path)) return send(outgoing, { status: 404, type: "text/plain", content: "no such package" });
      const short = incoming.headers.accept?.includes("application/vnd.npm.install-v1+json") === true;
      const accept = short ? "application/vnd.npm.install-v1+json" : "application/json";
      send(outgoing, await packages.packument(path, accept, `${url}/`));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      send(outgoing, { status: 502, type: "text/plain", content: `the package registry cannot be reached: ${reason}` });
    }
  }

  const server = createServer((incoming, outgoing) => void respond(incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry pass-through has no port");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    port: address.port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Returns registry files from the disk cache when fresh enough or when the registry is unreachable. */
function createPackages(upstream: Promise<URL>, cache: ReturnType<typeof createDiskCache>) {
  async function archive(path: string): Promise<Answer> {
    const kept = await cache.read(path);
    if (kept) return { status: 200, type: "application/octet-stream", content: kept.content };
    const fetched = await download(new URL(path.slice(1), await upstream));
    if (fetched.status === 200) await cache.write(path, fetched.content);
    return { ...fetched, type: "application/octet-stream" };
  }

  async function packument(path: string, accept: string, own: string): Promise<Answer> {
    const key = `${accept} ${path}`;
    const answer = async (content: Buffer): Promise<Answer> => {
      const text = rewriteArchives(content.toString("utf8"), await upstream, own);
      return { status: 200, type: "application/json", content: text };
    };
    const kept = await cache.read(key);
    if (kept && kept.ageMs < PACKUMENT_FRESH_MS) return answer(kept.content);
    try {
      const fetched = await download(new URL(path.slice(1), await upstream), accept);
      if (fetched.status === 200) {
        await cache.write(key, fetched.content);
        return answer(fetched.content);
      }
      if (kept && fetched.status >= 500) return answer(kept.content);
      return { ...fetched, type: "application/json" };
    } catch (error) {
      if (kept === undefined) throw error;
      return answer(kept.content); // Offline: serve the stale copy.
    }
  }

  return { archive, packument };
}

async function download(url: URL, accept = "*/*"): Promise<{ status: number; content: Buffer }> {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(30_000) });
  const content = Buffer.from(await response.arrayBuffer());
  if (content.length > MAX_BYTES) throw new Error(`${url.pathname} is larger than ${MAX_BYTES} bytes`);
  return { status: response.status, content };
}

function send(outgoing: ServerResponse, answer: Answer): void {
  outgoing.writeHead(answer.status, {
    "content-type": answer.type,
    "content-length": Buffer.byteLength(answer.content),
  });
  outgoing.end(answer.content);
}
