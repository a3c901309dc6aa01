import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getDomain } from "tldts";
import { ROOT } from "../supervisor/content-hash.ts";
import type { CloudflareAccount } from "./cloudflare.ts";
import type { EnvironmentName } from "./environments.ts";
import { readInstallation } from "./installation.ts";
import { wrangler } from "./wrangler.ts";

/** Secrets of the API Worker that setup asks for; docs/deploy.md explains each. */
export const SECRETS = [
  "DATABASE_URL",
  "ANTHROPIC_API_KEY",
  "MAIL_API_KEY",
  "MAIL_FROM",
  "SENTRY_DSN",
  "GITHUB_CLIENT_ID",
  "GITHUB_CLIENT_SECRET",
  "STRIPE_WEBHOOK_SECRET",
] as const;

const CONFIGS = ["wrangler.toml", "preview/wrangler.toml"];

export type Setup = {
  account: CloudflareAccount;
  /** Production when absent. */
  environment?: EnvironmentName;
  appUrl: string;
  previewDomain: string;
  /** Values by the names of SECRETS; the others stay unchanged. */
  secrets: Partial<Record<(typeof SECRETS)[number], string>>;
  print: (line: string) => void;
  /** Folder with the configuration files; the repository when absent. */
  root?: string;
};

/**
 * Writes an installation's names into the configuration files, and creates missing queues, buckets and secrets. It can be
 * run again: it never replaces an AUTH_SECRET.
 * @throws Error with a message for the operator
 */
export async function setUp(setup: Setup): Promise<void> {
  const { account, environment = "production", appUrl, previewDomain, secrets, print, root = ROOT } = setup;
  requireTwoSites(appUrl, previewDomain);
  const names = { APP_URL: appUrl, PREVIEW_DOMAIN: previewDomain };
  for (const config of CONFIGS) writeNames(join(root, config), environment, names);
  writeRoute(join(root, "preview/wrangler.toml"), environment, previewDomain);
  print(`names: app ${appUrl}, previews at *.${previewDomain}`);
  const { worker, queues, buckets } = readInstallation(root, environment);
  const haveQueues = await account.queues();
  for (const queue of queues.filter((name) => !haveQueues.includes(name))) {
    await wrangler(["queues", "create", queue]);
    print(`queue ${queue}: created`);
  }
  const haveBuckets = buckets.length > 0 ? await account.buckets() : [];
  for (const bucket of buckets.filter((name) => !haveBuckets.includes(name))) {
    await wrangler(["r2", "bucket", "create", bucket]);
    print(`bucket ${bucket}: created`);
  }
  await putSecrets(account, { worker, environment }, secrets, print);
}

async function putSecrets(
  account: CloudflareAccount,
  { worker, environment }: { worker: string; environment: EnvironmentName },
  secrets: Setup["secrets"],
  print: Setup["print"],
): Promise<void> {
  const known = (await account.secrets(worker)) ?? [];
  const all: Record<string, string | undefined> = { ...secrets };
  if (!known.includes("AUTH_SECRET")) all.AUTH_SECRET = randomBytes(32).toString("base64");
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || value === "") continue;
    await wrangler(["secret", "put", name, "-c", "wrangler.toml", "--env", environment], { input: value });
    print(`secret ${name}: set`);
  }
}

/** Generated apps must never share a site with the app: the API Worker refuses to start then. */
function requireTwoSites(appUrl: string, previewDomain: string): void {
  const host = new URL(appUrl).hostname;
  const site = (name: string) => getDomain(name, { allowPrivateDomains: true }) ?? name;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(previewDomain)) throw new Error(`${previewDomain} is not a domain name.`);
  if (site(host) === site(previewDomain)) {
    throw new Error(`Previews need a registrable domain of their own, not one below ${site(host)}.`);
  }
}

/** Replaces values of an environment's variables and keeps the file's comments. */
function writeNames(path: string, environment: EnvironmentName, values: Record<string, string>): void {
  editSection(path, `env.${environment}.vars`, (section) =>
    Object.entries(values).reduce((text, [name, value]) => {
      const line = new RegExp(`^${name} = ".*"$`, "m");
      if (!line.test(text)) throw new Error(`${path} has no line ${name} = "…" for ${environment}.`);
      return text.replace(line, () => `${name} = ${JSON.stringify(value)}`);
    }, section),
  );
}

/** Sends all hosts below the preview domain to the preview Worker. */
function writeRoute(path: string, environment: EnvironmentName, previewDomain: string): void {
  const route = `routes = [{ pattern = "*.${previewDomain}/*", zone_name = "${previewDomain}" }]`;
  const line = /^routes = .*$/m;
  editSection(path, `env.${environment}`, (section) =>
    line.test(section) ? section.replace(line, () => route) : `${section.trimEnd()}\n${route}\n\n`,
  );
}

/** Rewrites the lines between a table's header and the next header. */
function editSection(path: string, table: string, edit: (section: string) => string): void {
  const text = readFileSync(path, "utf8");
  const header = `\n[${table}]\n`;
  const from = text.indexOf(header) + header.length;
  if (from < header.length) throw new Error(`${path} has no table [${table}].`);
  const next = text.indexOf("\n[", from);
  const to = next < 0 ? text.length : next + 1;
  writeFileSync(path, text.slice(0, from) + edit(text.slice(from, to)) + text.slice(to));
}
