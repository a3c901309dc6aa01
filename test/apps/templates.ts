// Creates projects with other vendors' starters, run from npm in the versions below.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AppCase, readProject } from "./app-case.ts";
import { run, WORKSHOP } from "./vite-project.ts";

const STARTERS = { "create-vite": "9.3.0", "create-vue": "3.24.0", sv: "0.17.1", "create-cloudflare": "2.74.0" };

type Template = Pick<AppCase, "name" | "check" | "says" | "noReference" | "inCi"> & {
  /** Creates the project in a folder that does not exist yet. */
  make(folder: string, starters: string): Promise<void>;
};

const IN_CI = new Set(["react-ts", "vue-ts", "svelte-ts", "solid-ts", "preact-ts", "lit-ts", "vanilla-ts"]);

/** Returns every template as a case. Creates each only once, and caches it for these versions. */
export async function templateCases(
  isWanted: (template: { name: string; inCi?: boolean }) => boolean,
): Promise<AppCase[]> {
  const starters = await installStarters();
  const cases: AppCase[] = [];
  for (const { make, ...described } of templatesIn(starters).filter(isWanted)) {
    const folder = join(starters, "made", described.name.replaceAll(/[^\w.-]+/g, "-"));
    if (!existsSync(folder)) await make(folder, starters);
    cases.push({ ...described, files: readProject(folder) });
  }
  return cases;
}

async function installStarters(): Promise<string> {
  const folder = join(WORKSHOP, `starters-${Object.values(STARTERS).join("-")}`);
  if (existsSync(join(folder, "made"))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  const packages = Object.entries(STARTERS).map(([name, version]) => `${name}@${version}`);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...packages], folder);
  mkdirSync(join(folder, "made"));
  return folder;
}

const templatesIn = (starters: string): Template[] => [
  ...viteTemplates(starters),
  ...vueTemplates(),
  ...svelteTemplates(),
  ...cloudflareTemplates(),
];

/**
 * Runs a starter program. It asks no question, since flags answer all of them; its last argument is the project's
 * folder.
 */
const byProgram =
  (program: string, args: (name: string) => string[]) =>
  async (folder: string, starters: string): Promise<void> => {
    const made = join(starters, "made");
    const name = folder.slice(made.length + 1);
    rmSync(folder, { recursive: true, force: true });
    await run(process.execPath, [join(starters, "node_modules", program), ...args(name)], made);
  };

function viteTemplates(starters: string): Template[] {
  const folders = readdirSync(join(starters, "node_modules/create-vite")).filter((name) =>
    name.startsWith("template-"),
  );
  const names = folders.map((name) => name.replace("template-", ""));
  return [...names, "react-compiler", "react-compiler-ts"].map((name) => ({
    name: `create-vite ${name}`,
    inCi: IN_CI.has(name),
    make: byProgram("create-vite/index.js", (folder) => [
      folder,
      "--template",
      name,
      "--no-interactive",
      "--no-immediate",
    ]),
  }));
}

function vueTemplates(): Template[] {
  const features = [
    ["--default"],
    ["--ts"],
    ["--jsx"],
    ["--router"],
    ["--pinia"],
    ["--ts", "--router"],
    ["--ts", "--router", "--pinia"],
    ["--ts", "--jsx"],
    ["--router", "--bare"],
    ["--ts", "--vitest", "--eslint", "--prettier"],
    ["--default", "--bare"],
  ];
  return features.map((flags) => ({
    name: `create-vue ${flags.join(" ").replaceAll("--", "")}`,
    inCi: flags.join() === "--ts,--router,--pinia",
    make: byProgram("create-vue/bundle.js", (folder) => [folder, ...flags]),
  }));
}

/** All templates of SvelteKit except `addon`, which is an add-on of the program itself and has no page. */
function svelteTemplates(): Template[] {
  return ["minimal", "demo", "library"].flatMap((name) =>
    ["ts", "jsdoc", "none"].map((types) => ({
      name: `sv ${name} ${types}`,
      says: "SvelteKit",
      inCi: name === "minimal" && types === "ts",
      make: byProgram("sv/dist/bin.mjs", (folder) => [
        "create",
        folder,
        "--template",
        name,
        ...(types === "none" ? ["--no-types"] : ["--types", types]),
        "--no-add-ons",
        "--no-install",
        "--no-dir-check",
      ]),
    })),
  );
}

/**
 * Cloudflare's templates that have a client in the package itself. wrangler serves it unprocessed, so Vite does not
 * build it.
 */
function cloudflareTemplates(): Template[] {
  const shown = (text: string): string => `document.body.innerText.includes(${JSON.stringify(text)})`;
  const served = { noReference: "wrangler serves its public folder as it is" };
  const plain: Template[] = [
    { path: "hello-world-assets-only/templates", check: shown("Hello, World!") },
    { path: "hello-world-with-assets/ts", check: shown("Hello, World!") },
    { path: "hello-world-with-assets/js", check: shown("Hello, World!") },
    { path: "hello-world-durable-object-with-assets/ts", check: shown("Hello, world!") },
    { path: "hello-world-durable-object-with-assets/js", check: shown("Hello, world!") },
    { path: "hono/workers/templates", check: shown("Hello Hono!") },
  ].map(({ path, check }) => ({
    name: `cloudflare ${path.replace("/templates", "")}`,
    check,
    ...served,
    inCi: path === "hello-world-with-assets/ts",
    make: async (folder, starters) => {
      copyCloudflare(path, folder, starters);
      // The package contains only the files that overwrite those of create-hono.
      const manifest = join(folder, "package.json");
      if (!existsSync(manifest))
        writeFileSync(manifest, JSON.stringify({ name: "app", dependencies: { hono: "^4.13.0" } }));
    },
  }));
  const overlaid: Template[] = [
    { path: "vue/workers/ts", base: "create-vue ts router" },
    { path: "react/workers/ts", base: "create-vite react-ts" },
    { path: "react/workers/js", base: "create-vite react" },
  ].map(({ path, base }) => ({
    name: `cloudflare ${path}`,
    make: async (folder, starters) => {
      const template = templatesIn(starters).find(({ name }) => name === base);
      if (template === undefined) throw new Error(`there is no template ${base}`);
      await template.make(folder, starters);
      copyCloudflare(path, folder, starters);
      addCloudflarePlugin(folder);
    },
  }));
  return [...plain, ...overlaid];
}

/** Copies a template's files as `create-cloudflare` does, and fills in the names that it would ask for. */
function copyCloudflare(path: string, folder: string, starters: string): void {
  cpSync(join(starters, "node_modules/create-cloudflare/templates", path), folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.startsWith("__dot__")) renameSync(join(folder, name), join(folder, name.replace("__dot__", ".")));
  }
  for (const name of ["wrangler.jsonc", "package.json"].filter((one) => existsSync(join(folder, one)))) {
    const text = readFileSync(join(folder, name), "utf8")
      .replace(/<(WORKER_NAME|PACKAGE_NAME|TBD)>/g, "app")
      .replace("<COMPATIBILITY_DATE>", "2026-11-01");
    writeFileSync(join(folder, name), text);
  }
}

/** Adds the plugin to package.json and to the configuration, as `create-cloudflare` does after the installation. */
function addCloudflarePlugin(folder: string): void {
  const manifestPath = join(folder, "package.json");
  const manifest: { devDependencies: Record<string, string> } = JSON.parse(readFileSync(manifestPath, "utf8"));
  manifest.devDependencies["@cloudflare/vite-plugin"] = "^1.0.0";
  writeFileSync(manifestPath, JSON.stringify(manifest, null, 2));
  for (const name of readdirSync(folder).filter((one) => one.startsWith("vite.config."))) {
    const source = readFileSync(join(folder, name), "utf8");
    if (source.includes("@cloudflare/vite-plugin")) continue;
    const configured = source.replace(/plugins: \[([^\]]*?),?\s*\]/, "plugins: [$1, cloudflare()]");
    writeFileSync(join(folder, name), `import { cloudflare } from "@cloudflare/vite-plugin";\n${configured}`);
  }
}
