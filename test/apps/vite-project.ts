// The reference: the same files, installed by npm and built by Vite, as their author would do it.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { preview } from "vite";
import { freePort } from "../../dev/ports.ts";
import type { ProjectFiles } from "../preview/serve-preview.ts";

type Manifest = {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  [field: string]: unknown;
};

const require = createRequire(import.meta.url);
const ownManifest: Manifest = require("../../package.json");
const OWN_VITE = ownManifest.devDependencies?.vite ?? "latest";

/** The lock file that npm reads. Those of other package managers have no effect on a reference. */
const LOCK = "package-lock.json";
/** The folder that caches installations and builds between runs, by content. */
export const WORKSHOP = join(tmpdir(), "edgesmith-apps");

/** The Vite plugin that a project without a Vite configuration needs, by the library that it depends on. */
const PLUGINS: Record<string, { name: string; range: string; call: string }> = {
  vue: { name: "@vitejs/plugin-vue", range: "latest", call: "plugin()" },
  svelte: { name: "@sveltejs/vite-plugin-svelte", range: "latest", call: "plugin.svelte()" },
  "solid-js": { name: "vite-plugin-solid", range: "latest", call: "plugin()" },
  preact: { name: "@preact/preset-vite", range: "latest", call: "plugin()" },
  react: { name: "@vitejs/plugin-react", range: "latest", call: "plugin()" },
};

const CONFIG = /^vite\.config\.[cm]?[jt]s$/;

/**
 * Writes a project into a new folder and installs its dependencies, in the versions of its package-lock.json if it has
 * one, without running install scripts. A project without Vite, or without a Vite configuration, gets ours and the
 * plugin of its framework.
 * @returns the folder; the same files yield the same folder, which is not installed again
 * @throws Error with the end of npm's output
 */
export async function installProject(files: ProjectFiles, registryUrl: string): Promise<string> {
  const complete = { ...files, ...configured(files) };
  const folder = join(WORKSHOP, hashOf(complete));
  const isLocked = Object.hasOwn(files, LOCK);
  const done = join(folder, isLocked ? ".installed-by-lock" : ".installed");
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(complete)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"];
  if (!isLocked) flags.push("--no-package-lock");
  await run("npm", ["install", ...flags, "--loglevel=error", `--registry=${registryUrl}/`], folder);
  writeFileSync(done, "");
  return folder;
}

/**
 * Builds an installed project with its own Vite.
 * @param options.root the folder in the project in which Vite runs
 * @param options.again rebuilds a project that was already built
 * @returns the folder with the site
 * @throws Error with the end of Vite's output
 */
export async function buildWithVite(
  folder: string,
  { root = ".", again = false }: { root?: string | undefined; again?: boolean } = {},
): Promise<string> {
  const site = join(folder, ".site");
  if (again || !existsSync(site)) {
    const unfinished = join(folder, ".site-unfinished");
    const program = join(folder, "node_modules/vite/bin/vite.js");
    await run(process.execPath, [program, "build", "--outDir", unfinished, "--emptyOutDir"], join(folder, root));
    rmSync(site, { recursive: true, force: true });
    renameSync(unfinished, site);
  }
  // Cloudflare's plugin writes the pages into `client`, next to the Worker.
  return existsSync(join(site, "client/index.html")) ? join(site, "client") : site;
}

/** Serves a built site with Vite's own preview server, which responds to unknown paths with the page. */
export async function serveSite(site: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = await preview({
    configFile: false,
    root: site,
    logLevel: "silent",
    build: { outDir: site },
    preview: { port, host: "127.0.0.1", strictPort: true },
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** Adds Vite, a plugin and a configuration with the plugin to a project that has neither Vite nor a configuration. */
function configured(files: ProjectFiles): ProjectFiles {
  const manifest: Manifest = JSON.parse(textOf(files["package.json"]) ?? "{}");
  const known = { ...manifest.dependencies, ...manifest.devDependencies };
  const added: Record<string, string> = known.vite === undefined ? { vite: OWN_VITE } : {};
  const config = Object.keys(files).find((path) => CONFIG.test(path));
  const framework = Object.keys(PLUGINS).find((name) => name in known);
  const plugin = framework === undefined ? undefined : PLUGINS[framework];
  const made: ProjectFiles = {};
  if (config !== undefined) {
    for (const name of packagesIn(textOf(files[config]) ?? "")) if (!(name in known)) added[name] ??= "latest";
  } else if (plugin !== undefined) {
    added[plugin.name] = plugin.range;
    const imported = plugin.call.startsWith("plugin.") ? "* as plugin" : "plugin";
    made["vite.config.mjs"] =
      `import ${imported} from "${plugin.name}";\nexport default { plugins: [${plugin.call}] };\n`;
  }
  const devDependencies = { ...manifest.devDependencies, ...added };
  return { ...made, "package.json": JSON.stringify({ ...withoutForeign(manifest), devDependencies }, null, 2) };
}

/** Removes dependencies that cannot be installed. The cases include them to test that nothing imports them. */
function withoutForeign(manifest: Manifest): Manifest {
  const isForeign = (range: string): boolean => /^(github:|git\+|workspace:)/.test(range);
  const kept = Object.entries(manifest.dependencies ?? {}).filter(([, range]) => !isForeign(range));
  return { ...manifest, dependencies: Object.fromEntries(kept) };
}

function packagesIn(source: string): string[] {
  const named = [...source.matchAll(/from\s+["']((?:@[\w.-]+\/)?[\w.-]+)/g)].map(([, name]) => String(name));
  return named.filter(
    (name) => !name.startsWith(".") && !name.startsWith("node:") && !["path", "url", "fs"].includes(name),
  );
}

const textOf = (content: string | Uint8Array | undefined): string | undefined =>
  content === undefined || typeof content === "string" ? content : Buffer.from(content).toString("utf8");

function hashOf(files: ProjectFiles): string {
  const hash = createHash("sha256");
  for (const path of Object.keys(files).sort()) {
    hash
      .update(path)
      .update("\0")
      .update(files[path] ?? "")
      .update("\0");
  }
  return hash.digest("hex").slice(0, 20);
}

/**
 * Runs a program in a folder until it ends.
 * @throws Error with the end of its output if it fails or takes longer than five minutes
 */
export function run(
  program: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const child = spawn(program, args, {
    cwd,
    env: { ...env, NODE_ENV: undefined, VITEST: undefined, CI: "1", NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 300_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.slice(0, 3).join(" ")} failed (${code}): ${output.trim().slice(-800)}`));
    });
  });
}
