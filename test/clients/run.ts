// `npm run test:clients`: generates a client from the served OpenAPI document with each of five tools, compiles a
// program that uses it under strict TypeScript, and lets the program do the main job. The tools are installed, pinned,
// in a temporary folder: none is a dependency of this project. CLIENTS_FOLDER keeps that folder for the next time.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { startStack } from "../../dev/stack.ts";

const dependencies = {
  "@hey-api/openapi-ts": "0.99.0",
  "@types/node": "24.19.2",
  "openapi-fetch": "0.17.0",
  "openapi-typescript": "7.13.0",
  orval: "8.38.0",
  "swagger-typescript-api": "13.13.0",
  "typed-openapi": "2.2.7",
  typescript: "5.9.3",
};

const heyApiPlugins = ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"];
/** The command line of each tool within the folder, by the name of the program that uses its client. */
const generators: [program: string, ...args: string[]][] = [
  ["openapi-typescript", "openapi.json", "-o", "generated/openapi-typescript.ts"],
  ["openapi-ts", "-i", "openapi.json", "-o", "generated/hey-api", "-p", ...heyApiPlugins],
  ["orval", "--config", "orval.config.mjs"],
  ["swagger-typescript-api", "generate", "-p", "openapi.json", "-o", "generated", "-n", "swagger.ts"],
  ["typed-openapi", "openapi.json", "-o", "generated/typed-openapi.ts"],
];

const compilerOptions = {
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  target: "es2023",
  lib: ["es2023", "dom", "dom.iterable"],
  module: "esnext",
  moduleResolution: "bundler",
  types: ["node"],
};

// Asynchronous, since this process serves the database while its children run.
const execute = promisify(execFile);

const kept = process.env.CLIENTS_FOLDER;
const folder = kept ?? mkdtempSync(join(tmpdir(), "edgesmith-clients-"));
const port = Number(process.env.PORT || 8797);
const stack = await startStack({
  dataDir: join(folder, "edgesmith"),
  port,
  variables: { RATE_LIMITS: "off" },
  verbose: false,
  abort: new AbortController().signal,
});
try {
  await main(stack.appUrl);
} finally {
  await stack.stop();
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

async function main(url: string): Promise<void> {
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));
  mkdirSync(join(folder, "generated"), { recursive: true });
  write("package.json", { name: "clients", private: true, type: "module", dependencies });
  write("tsconfig.json", { compilerOptions, include: ["generated", "*.ts"] });
  write("openapi.json", await (await fetch(`${url}/v1/openapi.json`)).json());
  const orval = { edgesmith: { input: "./openapi.json", output: { target: "./generated/orval.ts", client: "fetch" } } };
  writeFileSync(join(folder, "orval.config.mjs"), `export default ${JSON.stringify(orval)};`);
  // The generators work without any install script, their own or their dependencies'.
  await run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund");
  for (const [tool, ...args] of generators) await run(join(folder, "node_modules/.bin", tool), ...args);
  cpSync(join(import.meta.dirname, "programs"), folder, { recursive: true });
  await run(join(folder, "node_modules/.bin/tsc"), "-p", ".");
  console.log("ok  five generated clients compile under strict TypeScript");
  const programs = readdirSync(join(import.meta.dirname, "programs")).filter((name) => name !== "job.ts");
  const token = await newToken(url);
  for (const program of programs) await doJob(program, url, token);
}

async function doJob(program: string, url: string, token: string): Promise<void> {
  const outfile = join(folder, "built", program.replace(/ts$/, "mjs"));
  const entry = join(folder, program);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  const env = { ...process.env, EDGESMITH_URL: url, EDGESMITH_TOKEN: token };
  const { stdout } = await execute(process.execPath, [outfile], { env });
  console.log(`ok  ${basename(program, ".ts")}: ${stdout.trim()}`);
}

/**
 * Creates an account.
 * @returns an API token of the account
 */
async function newToken(url: string): Promise<string> {
  const post = async (path: string, body: object, headers: object) => {
    const init = {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    };
    const answer = await fetch(`${url}${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const email = `${crypto.randomUUID()}@example.com`;
  const person = { name: "Ada", email, password: `correct horse ${crypto.randomUUID()}` };
  const signedUp = await post("/v1/auth/sign-up/email", person, { Origin: url });
  const cookies = signedUp.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const scopes = ["projects:read", "projects:write", "runs:read", "runs:write"];
  const made = await post("/v1/tokens", { name: "clients", scopes }, { Origin: url, Cookie: cookies.join("; ") });
  const { token } = Object(await made.json());
  return String(token);
}

async function run(command: string, ...args: string[]): Promise<void> {
  // Makes the tools' `#!/usr/bin/env node` find this Node first.
  const PATH = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  try {
    await execute(command, args, { cwd: folder, maxBuffer: 50_000_000, env: { ...process.env, PATH } });
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error);
    throw new Error(`${basename(command)} failed:\n${stdout}${stderr}`.slice(0, 5_000));
  }
}
