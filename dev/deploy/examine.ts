import { Resolver } from "node:dns/promises";
import { readMigrationFiles } from "drizzle-orm/migrator";
import pg from "pg";
import { z } from "zod";
import type { Bucket } from "../backup/objects/bucket.ts";
import { MIGRATIONS } from "../migrate.ts";
import type { CloudflareAccount } from "./cloudflare.ts";
import { type Installation, isExample } from "./installation.ts";

/** `skipped`: the check could not run, and the text names the missing variable. */
export type Finding = { name: string; state: "ok" | "warning" | "failed" | "skipped"; text: string };

export type Examined = {
  installation: Installation;
  /** Null without a token. */
  account: CloudflareAccount | null;
  databaseUrl: string | null;
  /** The bucket that `npm run backup` copies; null without its credentials. */
  bucket: Bucket | null;
  /** Resolves a host name to addresses; the system's name servers when absent. */
  resolve?: (host: string) => Promise<string[]>;
};

const TIMEOUT_MS = 10_000;
/** Signatures of webhooks tolerate minutes, codes of a second factor half a minute. */
const MAX_CLOCK_MS = 30_000;
const REQUIRED_SECRETS = ["DATABASE_URL", "AUTH_SECRET"];

const readySchema = z.looseObject({
  dependencies: z.array(z.object({ name: z.string(), required: z.boolean(), state: z.string() })),
});

/**
 * Examines an installation: names, secrets, queues, buckets, database, reachability, name service, clock, and whether a
 * backup can read the files of apps.
 * @returns one finding per check, in a fixed order; never throws
 */
export async function examine(examined: Examined): Promise<Finding[]> {
  const examinations: [string, () => Promise<Omit<Finding, "name">>][] = [
    ["names", async () => examineNames(examined.installation)],
    ["database", () => examineDatabase(examined.databaseUrl)],
    ["Workers and secrets", () => withAccount(examined, examineSecrets)],
    ["queues and buckets", () => withAccount(examined, examineStores)],
    ["backup of files", () => examineBucket(examined.bucket)],
    ["app", () => examineApp(examined.installation)],
    ["DNS for previews", () => examinePreviews(examined)],
    ["clock", () => examineClock(examined.installation)],
  ];
  return Promise.all(
    examinations.map(async ([name, work]) => {
      const outcome = await work().catch((error: unknown) => failed(messageOf(error)));
      return { name, ...outcome };
    }),
  );
}

const ok = (text: string) => ({ state: "ok" as const, text });
const warning = (text: string) => ({ state: "warning" as const, text });
const failed = (text: string) => ({ state: "failed" as const, text });
const skipped = (text: string) => ({ state: "skipped" as const, text });

const messageOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return error instanceof Error ? `${error.message}${cause}` : String(error);
};

function examineNames({ appUrl, previewDomain }: Installation) {
  const examples = [new URL(appUrl).hostname, previewDomain].filter(isExample);
  if (examples.length > 0) return failed(`${examples.join(" and ")} are examples. npm run setup sets your own.`);
  return ok(`app ${appUrl}, previews at *.${previewDomain}`);
}

async function examineDatabase(databaseUrl: string | null) {
  if (databaseUrl === null) return skipped("Set DATABASE_URL.");
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: TIMEOUT_MS });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS migrated");
    const all = readMigrationFiles({ migrationsFolder: MIGRATIONS });
    const applied = rows[0]?.migrated ? (await client.query("SELECT hash FROM drizzle.__drizzle_migrations")).rows : [];
    const known = new Set(applied.map(({ hash }) => hash));
    const pending = all.filter(({ hash }) => !known.has(hash)).length;
    if (pending > 0) return failed(`${pending} migrations are pending: npm run db:migrate, or npm run deploy.`);
    if (known.size > all.length) return warning("The database has migrations of a newer version of Edgesmith.");
    return ok(`${all.length} migrations applied`);
  } finally {
    await client.end();
  }
}

async function withAccount(
  { account, installation }: Examined,
  work: (account: CloudflareAccount, installation: Installation) => Promise<Omit<Finding, "name">>,
) {
  if (account === null) return skipped("Set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.");
  return work(account, installation);
}

async function examineSecrets(account: CloudflareAccount, { worker }: Installation) {
  const secrets = await account.secrets(worker);
  if (secrets === null) return failed("The API Worker is not deployed: npm run deploy.");
  const missing = REQUIRED_SECRETS.filter((name) => !secrets.includes(name));
  if (missing.length > 0) return failed(`not set: ${missing.join(", ")}. npm run setup sets them.`);
  const without = [
    ...(secrets.some((name) => /^ANTHROPIC_(API_KEY|BASE_URL)$/.test(name))
      ? []
      : ["ANTHROPIC_API_KEY (no agent can run)"]),
    ...(secrets.includes("MAIL_API_KEY") ? [] : ["MAIL_API_KEY (no mail)"]),
    ...(secrets.includes("SENTRY_DSN") ? [] : ["SENTRY_DSN (faults are only logged)"]),
  ];
  return without.length > 0 ? warning(`not set: ${without.join(", ")}`) : ok(`${secrets.length} secrets`);
}

async function examineStores(account: CloudflareAccount, { queues, buckets }: Installation) {
  const [haveQueues, haveBuckets] = await Promise.all([
    account.queues(),
    buckets.length > 0 ? account.buckets() : Promise.resolve<string[]>([]),
  ]);
  const missing = [
    ...queues.filter((name) => !haveQueues.includes(name)).map((name) => `queue ${name}`),
    ...buckets.filter((name) => !haveBuckets.includes(name)).map((name) => `bucket ${name}`),
  ];
  if (missing.length > 0) return failed(`missing: ${missing.join(", ")}. npm run setup creates them.`);
  return ok([...queues, ...buckets].join(", "));
}

async function examineBucket(bucket: Bucket | null) {
  if (bucket === null)
    return skipped("Set R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY to include the files of apps in backups.");
  await bucket.list("", 1);
  return ok(`npm run backup can list the bucket ${bucket.name}`);
}

async function examineApp({ appUrl }: Installation) {
  if (isExample(new URL(appUrl).hostname)) return skipped("The app has no name of its own yet.");
  const response = await fetch(new URL("/v1/ready", appUrl), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  const ready = readySchema.safeParse(parsed(text));
  if (!ready.success) return failed(`GET ${appUrl}/v1/ready: ${response.status} ${text.slice(0, 200)}`);
  const down = ready.data.dependencies.filter(({ state }) => state !== "up");
  if (down.some(({ required }) => required)) return failed(`down: ${down.map(({ name }) => name).join(", ")}`);
  return down.length > 0 ? warning(`down: ${down.map(({ name }) => name).join(", ")}`) : ok("every dependency is up");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function examinePreviews({ installation, resolve = systemResolve }: Examined) {
  const host = installation.previewDomain.replace(/:\d+$/, "");
  if (isExample(host)) return skipped("Previews have no domain of their own yet.");
  const name = `doctor-${Date.now()}.${host}`;
  try {
    const addresses = await resolve(name);
    return ok(`${name} is ${addresses.join(", ")}`);
  } catch {
    return failed(`*.${host} has no address. Add a proxied DNS record * to the zone of ${host}.`);
  }
}

const systemResolve = (host: string): Promise<string[]> =>
  new Resolver({ timeout: TIMEOUT_MS, tries: 1 }).resolve4(host);

async function examineClock({ appUrl }: Installation) {
  if (isExample(new URL(appUrl).hostname)) return skipped("The app has no name of its own yet.");
  const sentAt = Date.now();
  const response = await fetch(new URL("/v1/health", appUrl), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.arrayBuffer();
  const date = response.headers.get("date");
  if (date === null) return warning("The app's response has no Date.");
  const offsetMs = Date.parse(date) - (sentAt + Date.now()) / 2;
  const text = `this machine differs from the app by ${(offsetMs / 1_000).toFixed(0)} s`;
  return Math.abs(offsetMs) > MAX_CLOCK_MS
    ? failed(`${text}: tokens and signatures made here will be refused.`)
    : ok(text);
}
