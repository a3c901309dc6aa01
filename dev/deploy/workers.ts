import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "smol-toml";
import { z } from "zod";
import { ROOT } from "../supervisor/content-hash.ts";
import type { DeployedWorker } from "./cloudflare.ts";
import type { EnvironmentName } from "./environments.ts";
import { wrangler } from "./wrangler.ts";

const configSchema = z.looseObject({
  migrations: z.array(z.object({ tag: z.string() })).optional(),
  env: z.record(z.string(), z.looseObject({ name: z.string().optional() })),
});

/** A Worker of this repository. `config` is its wrangler.toml, relative to the root. */
export type WorkerConfig = {
  config: string;
  environment: EnvironmentName;
  name: string;
  newestMigration: string | null;
};

/** The three Workers in the order of their deployment: later Workers call earlier ones. */
export const WORKER_CONFIGS = ["preview/types/wrangler.toml", "preview/wrangler.toml", "wrangler.toml"];

/**
 * Reads a Worker's name and newest Durable Object migration from its configuration.
 * @throws Error when the configuration has no such environment
 */
export function readWorker(config: string, environment: EnvironmentName): WorkerConfig {
  const { env, migrations = [] } = configSchema.parse(parse(readFileSync(join(ROOT, config), "utf8")));
  const name = env[environment]?.name;
  if (name === undefined) throw new Error(`${config} has no name in [env.${environment}].`);
  return { config, environment, name, newestMigration: migrations.at(-1)?.tag ?? null };
}

/** Returns wrangler's options for a Worker's configuration. */
const of = ({ config, environment }: WorkerConfig): string[] => ["-c", config, "--env", environment];

/**
 * Why a deployment of this Worker cannot be gradual; null when it can.
 * @param deployed the Worker in the account, if it exists
 */
export function whyAtOnce({ newestMigration }: WorkerConfig, deployed: DeployedWorker | null): string | null {
  if (deployed === null) return "it is the first deployment";
  if (deployed.migrationTag !== newestMigration) return `it has the Durable Object migration ${newestMigration}`;
  return null;
}

/** Deploys a Worker at once, which a first deployment and a Durable Object migration require. */
export async function deployAtOnce(worker: WorkerConfig, tag: string): Promise<void> {
  await wrangler(["deploy", ...of(worker), "--tag", tag, "--message", `Edgesmith ${tag}`]);
}

/**
 * Deploys a new Worker without its service bindings: of two Workers that name each other, one has to be deployed first.
 */
export async function deployWithoutServices(worker: WorkerConfig): Promise<void> {
  const { config, environment } = worker;
  const reduced = join(dirname(join(ROOT, config)), "wrangler.first.toml");
  const { triggers: _, env, ...rest } = configSchema.parse(parse(readFileSync(join(ROOT, config), "utf8")));
  const { services: __, ...own } = env[environment] ?? {};
  writeFileSync(reduced, stringify({ ...rest, env: { [environment]: own } }));
  try {
    await wrangler(["deploy", ...of({ ...worker, config: reduced })]);
  } finally {
    rmSync(reduced, { force: true });
  }
}

/**
 * Uploads a version that serves no traffic yet.
 * @returns its id
 * @throws Error when wrangler fails, or prints no id
 */
export async function uploadVersion(worker: WorkerConfig, tag: string): Promise<string> {
  const named = ["--tag", tag, "--message", `Edgesmith ${tag}`];
  const lines = await wrangler(["versions", "upload", ...of(worker), ...named]);
  const id = lines.find(({ type }) => type === "version-upload")?.version_id;
  if (id === undefined) throw new Error(`wrangler did not say which version of ${worker.name} it uploaded.`);
  return id;
}

/** Gives a version all traffic, and applies the settings that versions do not contain, such as observability. */
export async function deployWhole(worker: WorkerConfig, id: string): Promise<void> {
  await wrangler(["versions", "deploy", ...of(worker), `${id}@100`, "-y"]);
}

/** Applies routes, domains and crons of a Worker's configuration, which versions do not contain. */
export async function deployTriggers(worker: WorkerConfig): Promise<void> {
  await wrangler(["triggers", "deploy", ...of(worker)]);
}
