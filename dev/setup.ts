// `npm run setup`: asks for names and tokens, and prepares an account of Cloudflare for `npm run deploy`.
import { createInterface } from "node:readline/promises";
import { openAccount } from "./deploy/cloudflare.ts";
import { environmentIn } from "./deploy/environments.ts";
import { isExample, readInstallation } from "./deploy/installation.ts";
import { SECRETS, setUp } from "./deploy/set-up.ts";
import { ROOT } from "./supervisor/content-hash.ts";

async function main(): Promise<void> {
  const account = openAccount(process.env);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // A variable of the same name answers a question, so that a program can run this too.
  const ask = async (name: string, question: string, preset = ""): Promise<string> => {
    if (process.env[name] !== undefined) return process.env[name];
    const answer = (await terminal.question(`${question}${preset === "" ? "" : ` [${preset}]`}: `)).trim();
    return answer === "" ? preset : answer;
  };
  try {
    const environment = environmentIn(process.argv.slice(2));
    const present = readInstallation(ROOT, environment);
    const own = (name: string) => (isExample(name) ? "" : name);
    const appUrl = await ask("APP_URL", "The app's address, such as https://build.my-company.com", own(present.appUrl));
    const previewDomain = await ask("PREVIEW_DOMAIN", "Another domain, for previews", own(present.previewDomain));
    const secrets: Partial<Record<(typeof SECRETS)[number], string>> = {};
    for (const name of SECRETS) secrets[name] = await ask(name, `${name} (empty: leave as it is)`);
    await setUp({ account, environment, appUrl, previewDomain, secrets, print: console.log });
    const option = environment === "production" ? "" : ` -- --env ${environment}`;
    console.log(`Next: npm run deploy${option}, then npm run doctor${option}.`);
  } finally {
    terminal.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
