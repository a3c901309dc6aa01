import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getDomain } from "tldts";
import { ROOT } from "../supervisor/content-hash.ts";
import type { CloudflareAccount } from "./cloudflare.ts";
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
  appUrl: string;
  previewDomain: string;
  /** Values by the names of SECRETS; the others stay as they are. */
  secrets: Partial<Record<(typeof SECRETS)[number], string>>;
  print: (line: string) => void;
  /** Folder with the configuration files; the repository when absent. */
  root?: string;
};

/**
 * Writes an installation's names into the configuration files, and creates queues, buckets and secrets that are not there.
 * It can be run again: an AUTH_SECRET that is set is never replaced.
 * @throws Error with a message for the operator
 */
export async function setUp({ account, appUrl, previewDomain, secrets, print, root = ROOT }: Setup): Promise<void> {
  requireTwoSites(appUrl, previewDomain);
  for (const config of CONFIGS) writeNames(join(root, config), { APP_URL: appUrl, PREVIEW_DOMAIN: previewDomain });
  writeRoute(join(root, "preview/wrangler.toml"), previewDomain);
  print(`names: app ${appUrl}, previews at *.${previewDomain}`);
  const { queues, buckets } = readInstallation(root);
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
  await putSecrets(account, secrets, print);
}

async function putSecrets(account: CloudflareAccount, secrets: Setup["secrets"], print: Setup["print"]): Promise<void> {
  const known = (await account.secrets("edgesmith-api")) ?? [];
  const all: Record<string, string | undefined> = { ...secrets };
  if (!known.includes("AUTH_SECRET")) all.AUTH_SECRET = randomBytes(32).toString("base64");
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || value === "") continue;
    await wrangler(["secret", "put", name, "-c", "wrangler.toml"], { input: value });
    print(`secret ${name}: set`);
  }
}

/** Generated apps must never share a site with the app: the API Worker refuses to start then. */
function requireTwoSites(appUrl: string, previewDomain: string): void {
  const host = new URL(appUrl).hostname;
  const site = (name: string) => getDomain(name, { allowPrivateDomains: true }) ?? name;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(previewDomain)) throw new Error(`${previewDomain} is no domain name.`);
  if (site(host) === site(previewDomain)) {
    throw new Error(`Previews need a registrable domain of their own, not one below ${site(host)}.`);
  }
}

/** Replaces values of `[vars]` and keeps the file's comments. */
function writeNames(path: string, values: Record<string, string>): void {
  let text = readFileSync(path, "utf8");
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^${name} = ".*"$`, "m");
    if (!line.test(text)) throw new Error(`${path} has no line ${name} = "…".`);
    text = text.replace(line, () => `${name} = ${JSON.stringify(value)}`);
  }
  writeFileSync(path, text);
}

/** Sends all hosts below the preview domain to the preview Worker. */
function writeRoute(path: string, previewDomain: string): void {
  const route = `routes = [{ pattern = "*.${previewDomain}/*", zone_name = "${previewDomain}" }]`;
  const text = readFileSync(path, "utf8");
  const line = /^routes = .*$/m;
  writeFileSync(
    path,
    line.test(text) ? text.replace(line, () => route) : text.replace("\n[vars]", () => `${route}\n\n[vars]`),
  );
}
