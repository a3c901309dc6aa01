import { releaseOf } from "../../worker/config/version.ts";
import { applyMigrations } from "../migrate.ts";
import type { CloudflareAccount, DeployedWorker } from "./cloudflare.ts";
import type { EnvironmentName } from "./environments.ts";
import { Journal } from "./journal.ts";
import { type SentryProject, uploadSourceMaps } from "./sentry.ts";
import { type SmokeTest, smokeTest } from "./smoke-test.ts";
import {
  deployAtOnce,
  deployTriggers,
  deployWhole,
  deployWithoutServices,
  readWorker,
  uploadVersion,
  WORKER_CONFIGS,
  type WorkerConfig,
  whyAtOnce,
} from "./workers.ts";
import { wrangler } from "./wrangler.ts";

/** Share of the traffic that a new version gets before it gets all of it, in percent. */
const FIRST_PERCENT = 10;

export type Deployment = SmokeTest & {
  account: CloudflareAccount;
  databaseUrl: string;
  /** Name of the version, usually the commit's hash. */
  tag: string;
  /** Folder of the built front end. */
  site: string;
  /** Name of the project of Pages. */
  pagesProject: string;
  /** Production when absent. */
  environment?: EnvironmentName;
  /** The destination of source maps, and the folder of the API Worker's bundle; null without a Sentry token. */
  sourceMaps?: { sentry: SentryProject; bundle: string } | null;
  print: (line: string) => void;
  /** Folder of the migrations; those of this version when absent. */
  migrations?: string;
};

type Found = { worker: WorkerConfig; deployed: DeployedWorker | null };

/**
 * Deploys the database's migrations, the Workers and the site. When a step fails, undoes the steps before it.
 * @throws Error with the reason, after it has undone everything that can be undone
 */
export async function deploy(deployment: Deployment): Promise<void> {
  const { account, print, databaseUrl, migrations, environment = "production" } = deployment;
  const journal = new Journal(print);
  try {
    await sendSourceMaps(journal, deployment);
    await journal.step("Migrations", () => applyMigrations(databaseUrl, migrations));
    const found: Found[] = [];
    for (const worker of WORKER_CONFIGS.map((config) => readWorker(config, environment))) {
      found.push({ worker, deployed: await account.worker(worker.name) });
    }
    await deployMissing(journal, found);
    const uploaded = await deployFirstShare(journal, found, deployment);
    await journal.step("Smoke test of the new versions", () => smokeTest(deployment, Object.fromEntries(uploaded)));
    await deployRest(journal, found, uploaded);
    await deploySite(journal, deployment);
    await journal.step("Smoke test", () => smokeTest(deployment));
    print(`Deployed ${deployment.tag}.`);
  } catch (error) {
    const left = await journal.undoAll();
    const state =
      left.length === 0 ? "Everything that can be undone is undone." : `Still deployed: ${left.join(", ")}.`;
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nThe deployment failed. ${state}`);
  }
}

/** Uploads source maps before the version whose reports need them; a release without a deployment does no harm. */
async function sendSourceMaps(journal: Journal, { sourceMaps, tag }: Deployment): Promise<void> {
  if (!sourceMaps) return;
  const upload = () => uploadSourceMaps(sourceMaps.sentry, releaseOf(tag), sourceMaps.bundle);
  await journal.step("Source maps to Sentry", upload, (files) => `${files} files`);
}

/** Deploys each missing Worker once without its service bindings, since the Workers name each other. */
async function deployMissing(journal: Journal, found: Found[]): Promise<void> {
  for (const { worker, deployed } of found) {
    if (deployed === null) await journal.step(`${worker.name}, the first time`, () => deployWithoutServices(worker));
  }
}

type Uploaded = Found & { id: string; before: DeployedWorker["versions"] };

/**
 * Gives new versions a first share of the traffic.
 * @returns their ids by the Worker's name
 */
async function deployFirstShare(
  journal: Journal,
  found: Found[],
  { account, tag }: Deployment,
): Promise<Map<string, string>> {
  for (const { worker, deployed } of found) {
    const reason = whyAtOnce(worker, deployed);
    if (reason === null) continue;
    journal.note(`${worker.name} is deployed at once and cannot be undone: ${reason}.`);
    await journal.step(worker.name, () => deployAtOnce(worker, tag));
  }
  const uploaded = await journal.step("Upload of the new versions", () => uploadAll(found, tag));
  for (const { worker, id, before } of uploaded) {
    const [serving] = before;
    const rest = serving === undefined ? [] : [{ id: serving.id, percentage: 100 - FIRST_PERCENT }];
    const shares = [{ id, percentage: serving === undefined ? 100 : FIRST_PERCENT }, ...rest];
    journal.undoable({ what: `${worker.name} ${tag}`, undo: () => account.shareTraffic(worker.name, before) });
    await journal.step(`${worker.name}: ${FIRST_PERCENT} % of the traffic`, () =>
      account.shareTraffic(worker.name, shares),
    );
  }
  return new Map(uploaded.map(({ worker, id }) => [worker.name, id]));
}

/** Uploads the versions of all Workers that can be deployed gradually. A version without traffic need not be undone. */
const uploadAll = (found: Found[], tag: string): Promise<Uploaded[]> =>
  Promise.all(
    found.flatMap(({ worker, deployed }) => {
      if (deployed === null || whyAtOnce(worker, deployed) !== null) return [];
      const before = deployed.versions;
      return [uploadVersion(worker, tag).then((id) => ({ worker, deployed, id, before }))];
    }),
  );

async function deployRest(journal: Journal, found: Found[], uploaded: Map<string, string>): Promise<void> {
  for (const { worker } of found) {
    const id = uploaded.get(worker.name);
    if (id === undefined) continue;
    await journal.step(`${worker.name}: all traffic`, () => deployWhole(worker, id));
    await journal.step(`${worker.name}: routes and crons`, () => deployTriggers(worker));
  }
}

async function deploySite(journal: Journal, deployment: Deployment): Promise<void> {
  const { account, site, pagesProject, tag, environment = "production" } = deployment;
  // Pages has a production branch and any number of others, which share the environment `preview`.
  const branch = environment === "production" ? "main" : "staging";
  const before = environment === "production" ? await account.pagesDeployment(pagesProject) : null;
  const args = ["pages", "deploy", site, "--project-name", pagesProject, "--branch", branch, "--commit-hash", tag];
  // Wrangler takes the site's service binding from frontend/wrangler.toml, which it reads in that folder alone.
  await journal.step("Site", () =>
    wrangler([...args, "--commit-dirty"], { cwd: new URL("../../frontend", import.meta.url).pathname }),
  );
  if (before !== null) {
    journal.undoable({ what: `the site ${tag}`, undo: () => account.rollBackPages(pagesProject, before) });
  }
}
