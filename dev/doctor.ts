// `npm run doctor`: examines an installation, and prints each fault with its remedy.
import { bucketOf } from "./backup/objects/bucket-of-installation.ts";
import { openAccount } from "./deploy/cloudflare.ts";
import { environmentIn } from "./deploy/environments.ts";
import { examine } from "./deploy/examine.ts";
import { readInstallation } from "./deploy/installation.ts";
import { ROOT } from "./supervisor/content-hash.ts";

const MARKS = { ok: "ok     ", warning: "warning", failed: "FAILED ", skipped: "skipped" };

async function main(): Promise<void> {
  const { CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_ACCOUNT_ID: accountId, DATABASE_URL: databaseUrl } = process.env;
  const environment = environmentIn(process.argv.slice(2));
  const findings = await examine({
    installation: readInstallation(ROOT, environment),
    account: token && accountId ? openAccount(process.env) : null,
    databaseUrl: databaseUrl || null,
    bucket: bucketOf(process.env, environment),
  });
  for (const { name, state, text } of findings) console.log(`${MARKS[state]} ${name}: ${text}`);
  if (findings.some(({ state }) => state === "failed")) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
