// Creates the lock files for test/properties/lock-files.test.ts, with the package managers themselves. Run by hand:
// node test/properties/locks/make-locks.ts <a folder with pnpm7, pnpm8, pnpm9, yarn1, berry and bun in its
// node_modules> [<one manager>]
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

type Json = Record<string, unknown>;
type Manager = { name: string; lock: string; install: string[]; settings?: Record<string, string>; overrides: string };

const tools = process.argv[2];
if (tools === undefined) throw new Error("Name the folder that the package managers are installed in.");
const tool = (path: string) => join(tools, "node_modules", path);
const REGISTRY = /https?:\/\/[^\s"'#]*?\/(?=(?:@[\w.-]+(?:\/|%2f))?[\w.-]+\/-\/)/g;

const npm = (version: number): Manager => ({
  name: `npm-${version}`,
  lock: "package-lock.json",
  install: [
    "npm",
    "install",
    "--ignore-scripts",
    "--omit-lockfile-registry-resolved=false",
    `--lockfile-version=${version}`,
  ],
  overrides: "overrides",
});
const pnpm = (version: number): Manager => ({
  name: `pnpm-${version}`,
  lock: "pnpm-lock.yaml",
  install: ["node", tool(`pnpm${version}/bin/pnpm.cjs`), "install", "--ignore-scripts", "--no-frozen-lockfile"],
  overrides: "pnpm",
});
const managers: Manager[] = [
  npm(1),
  npm(2),
  npm(3),
  pnpm(7),
  pnpm(8),
  pnpm(9),
  {
    name: "yarn-1",
    lock: "yarn.lock",
    install: ["node", tool("yarn1/bin/yarn.js"), "install", "--ignore-scripts", "--ignore-engines"],
    overrides: "resolutions",
  },
  {
    name: "yarn-berry",
    lock: "yarn.lock",
    install: ["node", tool("berry/bin/yarn.js"), "install", "--no-immutable"],
    settings: { ".yarnrc.yml": "nodeLinker: node-modules\nenableScripts: false\nenableTelemetry: false\n" },
    overrides: "resolutions",
  },
  {
    name: "bun",
    lock: "bun.lock",
    install: [tool("bun/bin/bun.exe"), "install", "--ignore-scripts", "--save-text-lockfile"],
    overrides: "overrides",
  },
];

/** Exact versions are installed first; then ranges replace them, and the lock keeps the versions. */
const SINGLE = {
  "": {
    name: "single",
    version: "1.0.0",
    private: true,
    dependencies: {
      react: "18.2.0 -> ^18.0.0",
      "react-dom": "18.2.0 -> ^18.0.0",
      zustand: "4.4.1 -> ^4.0.0",
      "@radix-ui/react-slot": "1.0.1 -> ^1.0.0",
      "is-odd": "3.0.1 -> 3.x",
      "is-number": "7.0.0 -> ^7.0.0 || ^99.0.0",
      number: "npm:is-number@5.0.0 -> npm:is-number@^5.0.0",
      debug: "4.3.1 -> ^4.1.0",
      "debug-2": "npm:debug@2.6.8 -> npm:debug@^2.6.0",
    },
    devDependencies: { picocolors: "latest" },
    optionalDependencies: { fsevents: "2.3.2 -> ^2.3.0" },
  },
};
const WORKSPACE = {
  "": {
    name: "workspace",
    version: "1.0.0",
    private: true,
    workspaces: ["apps/*", "packages/*"],
    dependencies: { "is-number": "5.0.0 -> ^5.0.0", debug: "4.3.1 -> ^4.1.0" },
  },
  "apps/web": {
    name: "web",
    version: "1.0.0",
    dependencies: {
      "@acme/ui": "workspace",
      "is-number": "7.0.0 -> 7",
      "is-odd": "3.0.1 -> ^3.0.0",
      debug: "2.6.8 -> ^2.6.0",
    },
  },
  "packages/ui": { name: "@acme/ui", version: "1.0.0", dependencies: { "is-number": "6.0.0 -> ^6.0.0" } },
};
const OVERRIDDEN = { "loose-envify": "1.3.1" };

function manifest(source: Json, manager: Manager, part: 0 | 1): string {
  const local = manager.name.startsWith("npm") || manager.name === "yarn-1" ? "*" : "workspace:*";
  const ranges = (value: unknown) =>
    Object.fromEntries(
      Object.entries(value as Json).map(([name, range]) => {
        const parts = String(range).split(" -> ");
        return [name, range === "workspace" ? local : (parts[part] ?? parts[0])];
      }),
    );
  const fields = Object.entries(source).map(([key, value]) => [
    key,
    key.endsWith("ependencies") ? ranges(value) : value,
  ]);
  const overrides = manager.overrides === "pnpm" ? { overrides: OVERRIDDEN } : OVERRIDDEN;
  return JSON.stringify({ ...Object.fromEntries(fields), [manager.overrides]: overrides }, null, 2);
}

function write(folder: string, project: Record<string, Json>, manager: Manager, part: 0 | 1): void {
  for (const [path, source] of Object.entries(project)) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "package.json"), `${manifest(source, manager, part)}\n`);
  }
  for (const [path, text] of Object.entries(manager.settings ?? {})) writeFileSync(join(folder, path), text);
  if (manager.overrides === "pnpm" && "apps/web" in project) {
    writeFileSync(join(folder, "pnpm-workspace.yaml"), "packages:\n  - apps/*\n  - packages/*\n");
  }
}

const readJson = (path: string): Json => JSON.parse(readFileSync(path, "utf8"));

/**
 * Returns each dependency of each installed package with the version that Node resolves: folder, parent, kind, name,
 * range, version.
 */
function edges(root: string, app: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const queue = [join(root, app)];
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const { name, version, ...fields } = readJson(join(folder, "package.json"));
    const own = folder === join(root, app);
    const parent = own ? ["", ""] : [relative(root, folder), `${name}@${version}`];
    for (const [kind, dependency, range] of dependenciesOf(fields, own)) {
      const target = resolve(folder, dependency, root);
      if (target === null || !target.includes("node_modules")) continue;
      queue.push(target);
      const installed = readJson(join(target, "package.json")).version;
      found.push([...parent, kind, dependency, range, installed].join("\t"));
    }
  }
  return found.sort();
}

function dependenciesOf(fields: Json, own: boolean): [kind: string, name: string, range: string][] {
  const kinds = ["dependencies", "optionalDependencies", "peerDependencies", ...(own ? ["devDependencies"] : [])];
  return kinds.flatMap((kind) =>
    Object.entries((fields[kind] ?? {}) as Record<string, string>).map(([name, range]): [string, string, string] => [
      kind,
      name,
      range,
    ]),
  );
}

function resolve(folder: string, name: string, root: string): string | null {
  for (let at = folder; at.length >= root.length; at = dirname(at)) {
    const target = join(at, "node_modules", name);
    if (existsSync(target)) return realpathSync(target);
  }
  return null;
}

const only = process.argv[3];
for (const manager of managers.filter(({ name }) => only === undefined || name === only)) {
  for (const [kind, project, app] of [
    ["single", SINGLE, ""],
    ["workspace", WORKSPACE, "apps/web"],
  ] as const) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "locks-")));
    const [command = "", ...parameters] = manager.install;
    for (const part of [0, 1] as const) {
      write(folder, project, manager, part);
      execFileSync(command, parameters, {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, CI: "" },
      });
    }
    const target = join(import.meta.dirname, `${manager.name}-${kind}`);
    rmSync(target, { recursive: true, force: true });
    for (const path of Object.keys(project)) {
      mkdirSync(join(target, path), { recursive: true });
      cpSync(join(folder, path, "package.json"), join(target, path, "package.json"));
    }
    const lock = readFileSync(join(folder, manager.lock), "utf8").replace(REGISTRY, "https://registry.example/");
    writeFileSync(join(target, manager.lock), lock);
    writeFileSync(join(target, "edges.tsv"), `${edges(folder, app).join("\n")}\n`);
    process.stdout.write(`${manager.name}-${kind}: ${readdirSync(folder).join(" ")}\n`);
    rmSync(folder, { recursive: true });
  }
}
