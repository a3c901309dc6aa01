// `npm run deploy`: deploys this commit to Cloudflare and rolls it back when it does not work.
import { execFileSync } from "node:child_process";
import { z } from "zod";
import { openAccount } from "./deploy/cloudflare.ts";
import { deploy } from "./deploy/deploy.ts";
import { environmentIn } from "./deploy/environments.ts";
import { sentryProject } from "./deploy/sentry.ts";
import { buildFrontEnd, bundleWorker } from "./supervisor/builds.ts";
import { ROOT } from "./supervisor/content-hash.ts";

const help = `npm run deploy [-- --skip-checks] [--env preview]

Variables: CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID, DATABASE_URL, APP_URL (the deployed address),
SMOKE_EMAIL (a mailbox for the account of the smoke test), PAGES_PROJECT (edgesmith);
SENTRY_AUTH_TOKEN, SENTRY_ORG and SENTRY_PROJECT, to send the source maps.`;

const variables = z.object({
  DATABASE_URL: z.string().min(1),
  APP_URL: z.url(),
  SMOKE_EMAIL: z.email(),
  PAGES_PROJECT: z.string().min(1).default("edgesmith"),
});

async function main(args: string[]): Promise<void> {
  const given = variables.safeParse(process.env);
  if (!given.success || args.includes("--help"))
    throw new Error(`${help}\n\n${given.error ? z.prettifyError(given.error) : ""}`);
  const { DATABASE_URL: databaseUrl, APP_URL: appUrl, SMOKE_EMAIL: mailbox, PAGES_PROJECT: pagesProject } = given.data;
  const environment = environmentIn(args);
  const account = openAccount(process.env);
  const sentry = sentryProject(process.env);
  const git = (...words: string[]) => execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).trim();
  if (git("status", "--porcelain") !== "") throw new Error("The working tree has changes. Commit them first.");
  const tag = git("rev-parse", "--short=12", "HEAD");
  if (!args.includes("--skip-checks")) {
    // The start-up time is only printed: it is that of this machine, and Cloudflare measures its own at the upload.
    const dryRun = ["deploy:dry-run", "--", "--print-startup", "--env", environment];
    for (const script of [["check"], dryRun]) {
      execFileSync("npm", ["run", ...script], { cwd: ROOT, stdio: "inherit" });
    }
  }
  const site = await buildFrontEnd();
  const sourceMaps = sentry === null ? null : { sentry, bundle: await bundleWorker("api") };
  const names = { account, environment, databaseUrl, appUrl, mailbox, pagesProject, tag };
  await deploy({ ...names, site, sourceMaps, print: console.log });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
