import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { applyMigrations } from "../../../dev/migrate.ts";
import { startScriptedModel } from "../../../dev/model/index.ts";
import { startNeonGateway } from "../../../dev/neon-gateway.ts";
import { startPostgres } from "../../../dev/postgres.ts";
import { startRegistry } from "../../../dev/registry.ts";
import { bundleWorker } from "../../../dev/supervisor/builds.ts";
import { startGitHost } from "../../stage/git-host.ts";
import { startStandInCloudflare } from "./stand-in-cloudflare.ts";

/** Where the parts are that the API Worker of the tests talks to. */
export type Stage = {
  databaseUrl: string;
  fetchEndpoint: string;
  modelUrl: string;
  npmRegistry: string;
  previewBundle: string;
  typesBundle: string;
  /** The host of a stand-in Git host, with its port. */
  gitHost: string;
  cloudflare: { url: string; token: string; zone: string };
};

declare module "vitest" {
  interface ProvidedContext {
    fuzzRequests: number;
    fuzzSeed: number;
    stage: Stage;
  }
}

/** Starts, once for all tests in workerd, a real PostgreSQL, its gateway and the scripted model, and bundles the preview Worker. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "edgesmith-test-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), durable: false });
  const databaseUrl = await postgres.createDatabase("edgesmith");
  await applyMigrations(databaseUrl);
  const gateway = await startNeonGateway({ connectionString: databaseUrl });
  const model = await startScriptedModel();
  const registry = await startRegistry({
    cacheDir: process.env.EDGESMITH_NPM_CACHE ?? join(tmpdir(), "edgesmith-npm"),
  });
  const cloudflare = await startStandInCloudflare();
  const gitHost = await startGitHost();
  const previewBundle = await bundleWorker("preview");
  project.provide("stage", {
    databaseUrl,
    fetchEndpoint: gateway.url,
    modelUrl: model.url,
    npmRegistry: registry.url,
    previewBundle,
    gitHost: gitHost.host,
    cloudflare: { url: cloudflare.url, token: cloudflare.token, zone: cloudflare.zone },
    typesBundle: await bundleWorker("types"),
  });
  return async () => {
    gitHost.close();
    await Promise.all([model.close(), registry.close(), gateway.close(), cloudflare.close()]);
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
