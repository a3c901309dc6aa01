// Starts the registry of all preview tests, and one that corrupts its archives.
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startRegistry } from "../../dev/registry.ts";
import { bundleWorker } from "../../dev/supervisor/builds.ts";
import { startStandInHost } from "./stand-in-host.ts";
import { startStandIn } from "./stand-in-registry.ts";

declare module "vitest" {
  interface ProvidedContext {
    npmRegistry: string;
    tamperedRegistry: string;
    standInRegistry: string;
    typesBundle: string;
    /** The host and port of a server on this machine that generated apps call. */
    outsideHost: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const registry = await startRegistry({
    cacheDir: process.env.EDGESMITH_NPM_CACHE ?? join(tmpdir(), "edgesmith-npm"),
  });
  const tampered = await startTampered(registry.url);
  const standIn = await startStandIn();
  const outside = await startStandInHost();
  project.provide("outsideHost", outside.host);
  project.provide("npmRegistry", registry.url);
  project.provide("tamperedRegistry", tampered.url);
  project.provide("standInRegistry", standIn.url);
  project.provide("typesBundle", await bundleWorker("types"));
  return async () => {
    await tampered.close();
    await standIn.close();
    await outside.close();
    await registry.close();
  };
}

/** Proxies everything, and changes one byte of every archive. */
async function startTampered(upstream: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const answer = await fetch(upstream + incoming.url, { headers: { accept: incoming.headers.accept ?? "*/*" } });
    const body = Buffer.from(await answer.arrayBuffer());
    if (incoming.url?.endsWith(".tgz")) body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
    outgoing.writeHead(answer.status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the tampering registry has no port");
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}
