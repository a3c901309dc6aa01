// Finds the apps in a repository. Pure and without dependencies, so that both Workers can import it.

/** A folder that an app can be built from. */
export type ProjectRoot = {
  /** The folder's path without a trailing slash; empty for the repository's root. */
  path: string;
  /** The name in its `package.json`, or null. */
  name: string | null;
  /** The build tool, such as `vite`, `next` or `workers`; `static` for plain pages; null when unknown. */
  framework: string | null;
};

/** Dependencies that build and serve a whole app, with the name of the framework. The first match counts. */
const frameworks: readonly [name: string, dependency: string][] = [
  ["next", "next"],
  ["nuxt", "nuxt"],
  ["sveltekit", "@sveltejs/kit"],
  ["astro", "astro"],
  ["remix", "@remix-run/dev"],
  ["react-router", "@react-router/dev"],
  ["tanstack-start", "@tanstack/react-start"],
  ["solid-start", "@solidjs/start"],
  ["gatsby", "gatsby"],
  ["angular", "@angular/core"],
  ["expo", "expo"],
  ["create-react-app", "react-scripts"],
  ["vue-cli", "@vue/cli-service"],
  ["parcel", "parcel"],
];
const vite = "vite";
const runScripts = ["dev", "build", "start"];

/** Dependencies and hidden folders, which never contain an app. */
const neverAnApp = /(^|\/)(node_modules|\.[^/]+)(\/|$)/;
/** Documentation, tests and examples, which count only when there is no other app. */
const aboutAnApp = /(^|\/)(coverage|docs?|tests?|__tests__|e2e|fixtures|examples?|templates?|storybook)(\/|$)/;
/** Folders of pages that a server fills, and the file types of such a server or of a page generator. */
const filledByServer = /(^|\/)(_?layouts|_includes|templates?|views)(\/|$)/;
const otherLanguage = /\.(py|rb|go|rs|java|kt|ex|cs|php)$|^(hugo\.(toml|ya?ml|json)|_config\.ya?ml)$/;
/** Build output, which counts only when its sources have no page. */
const builtOfAnApp = /(^|\/)(dist|build|out)(\/|$)/;
/** Folders of an app whose page belongs to the parent folder. */
const pageFolder = /(^|\/)(public|src)$/;

const serverFile = /(^|\/)(src\/server\.[jt]sx?|wrangler\.(toml|jsonc?))$/;
const viteConfig = /(^|\/)vite\.config\.[cm]?[jt]s$/;
const workspaceFile = /^(pnpm-workspace\.yaml|lerna\.json|turbo\.json|nx\.json)$/;

/** Folder names that indicate the visitors' app among several, the strongest first. */
const preferredNames = ["web", "frontend", "client", "app", "www", "site", "website", "ui"];
const otherNames = ["docs", "admin", "landing", "mobile", "storybook"];

/** The evidence that a folder is an app: 3 for a page or a framework, 2 for a server, 1 for a script to run. */
type Strength = 3 | 2 | 1 | 0;
/** `isUsed`: whether another package of the repository depends on it, as on a library with its own demo page. */
type Candidate = ProjectRoot & { strength: Strength; isUsed: boolean };

type Manifest = { name: string | null; dependencies: Set<string>; scripts: Set<string>; isWorkspace: boolean };

/** @returns whether a `package.json` depends on a framework that builds pages, Vite included */
export const buildsPages = (manifest: string): boolean => frameworkOf(manifestOf(manifest)) !== null;

/**
 * Finds the folders of a repository that an app can be built from, the most likely first. A root with a page or
 * framework of its own is the only result; otherwise only the folders with the strongest evidence are.
 * @param files the relative paths of all files, with slashes
 * @param readText reads the text of a `package.json`; null when unknown
 * @returns an empty list when nothing looks like an app
 */
export function findRoots(files: Iterable<string>, readText: (path: string) => string | null): ProjectRoot[] {
  const all = [...files].filter((path) => !neverAnApp.test(path));
  const isOther = all.some((path) => otherLanguage.test(path)) && !all.some((path) => isNamed(path, "package.json"));
  const paths = isOther ? all.filter((path) => !filledByServer.test(folderOf(path))) : all;
  const outside = paths.filter((path) => !aboutAnApp.test(folderOf(path)));
  const sources = outside.filter((path) => !builtOfAnApp.test(folderOf(path)));
  const usual = candidatesIn(sources, readText);
  // Without a better app, static output alone or beside a script without a page is one, and so is a page under docs/.
  const built = usual.some(({ strength }) => strength >= 2) ? [] : candidatesIn(outside, readText);
  const shownAtLeast = built.some(({ strength }) => strength === 3) ? built : usual;
  const candidates = shownAtLeast.length > 0 ? shownAtLeast : candidatesIn(paths, readText);
  const root = candidates.find(({ path }) => path === "");
  if (root !== undefined && root.strength >= 2) return [toRoot(root)];
  const strongest = Math.max(0, ...candidates.map(({ strength }) => strength));
  return candidates
    .filter(({ strength }) => strength === strongest)
    .sort(byLikelihood)
    .map(toRoot);
}

const toRoot = ({ path, name, framework }: Candidate): ProjectRoot => ({ path, name, framework });

function candidatesIn(paths: string[], readText: (path: string) => string | null): Candidate[] {
  const manifests = new Map<string, Manifest>();
  const pages = new Set<string>();
  const servers = new Set<string>();
  const configured = new Set<string>();
  const hasWorkspaceFile = paths.some((path) => workspaceFile.test(path));
  for (const path of paths) {
    const folder = folderOf(path);
    if (isNamed(path, "package.json")) manifests.set(folder, manifestOf(readText(path)));
    if (isNamed(path, "index.html")) pages.add(folder);
    if (viteConfig.test(path)) configured.add(folder);
    const [server] = serverFile.exec(path) ?? [];
    if (server !== undefined) servers.add(path.slice(0, path.length - server.length));
  }
  const isWorkspaceRoot = (folder: string) =>
    folder === "" && (hasWorkspaceFile || manifests.get("")?.isWorkspace === true);
  const apps = appFolders(pages, manifests, configured);
  const folders = new Set([...apps, ...manifests.keys(), ...servers]);
  const used = new Set([...manifests.values()].flatMap(({ dependencies }) => [...dependencies]));
  return [...folders].flatMap((path): Candidate[] => {
    const manifest = manifests.get(path);
    const framework = frameworkOf(manifest);
    const strength = strengthOf({
      hasPage: apps.has(path),
      // The dependencies of a workspace's root are tools of its packages, and do not build the root.
      hasFramework: framework !== null && framework !== vite && !isWorkspaceRoot(path),
      hasServer: servers.has(path),
      hasScript: manifest !== undefined && runScripts.some((script) => manifest.scripts.has(script)),
    });
    const ofPage = configured.has(path) ? vite : "static";
    const label = framework ?? (servers.has(path) ? "workers" : manifest === undefined ? ofPage : null);
    const name = manifest?.name ?? null;
    return strength === 0 ? [] : [{ path, name, framework: label, strength, isUsed: name !== null && used.has(name) }];
  });
}

type Signs = { hasPage: boolean; hasFramework: boolean; hasServer: boolean; hasScript: boolean };

function strengthOf({ hasPage, hasFramework, hasServer, hasScript }: Signs): Strength {
  if (hasPage || hasFramework) return 3;
  if (hasServer) return 2;
  return hasScript ? 1 : 0;
}

/** @returns the folders that own a page: the page's own, or the parent package that builds it */
function appFolders(pages: Set<string>, manifests: Map<string, Manifest>, configured: Set<string>): Set<string> {
  const owners = [...pages].map((folder) => {
    const parent = folderOf(folder);
    if (pageFolder.test(folder) && (folder.endsWith("public") || manifests.has(parent))) return parent;
    // An app of Nx has a configuration of Vite, and its packages are those of the repository's root.
    if (manifests.has(folder) || configured.has(folder)) return folder;
    // For example client/index.html with Vite in the root's package.json: Vite's configuration names the folder.
    return ancestorsOf(folder).find((ancestor) => frameworkOf(manifests.get(ancestor)) !== null) ?? folder;
  });
  const all = new Set(owners);
  // A page below another app's page belongs to that app, unless its folder has a package.json.
  const isOwn = (folder: string) => manifests.has(folder) || !ancestorsOf(folder).some((ancestor) => all.has(ancestor));
  return new Set(owners.filter(isOwn));
}

function frameworkOf(manifest: Manifest | undefined): string | null {
  if (manifest === undefined) return null;
  const { dependencies } = manifest;
  const [found] = frameworks.find(([, dependency]) => dependencies.has(dependency)) ?? [];
  return found ?? (dependencies.has(vite) ? vite : null);
}

function byLikelihood(a: Candidate, b: Candidate): number {
  const [left, right] = [a, b].map(({ path }) => [rankOf(path), path.split("/").length] as const);
  if (left === undefined || right === undefined) return 0;
  return Number(a.isUsed) - Number(b.isUsed) || left[0] - right[0] || left[1] - right[1] || (a.path < b.path ? -1 : 1);
}

function rankOf(path: string): number {
  const last = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const preferred = preferredNames.indexOf(last);
  if (preferred >= 0) return preferred;
  return preferredNames.length + (otherNames.includes(last) ? 1 : 0);
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const isNamed = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

/** @returns the parent folders, the nearest first, the repository's root last */
function ancestorsOf(folder: string): string[] {
  const ancestors: string[] = [];
  for (let ancestor = folder; ancestor !== ""; ) {
    ancestor = folderOf(ancestor);
    ancestors.push(ancestor);
  }
  return ancestors;
}

/** Parses a `package.json`. A malformed file counts as empty here, since its build reports the error. */
function manifestOf(text: string | null): Manifest {
  const read = objectOf(parsed(text ?? ""));
  const keys = (field: string) => Object.keys(objectOf(read[field]));
  return {
    name: typeof read.name === "string" && read.name !== "" ? read.name : null,
    dependencies: new Set([...keys("dependencies"), ...keys("devDependencies")]),
    scripts: new Set(keys("scripts")),
    isWorkspace: read.workspaces !== undefined,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return null;
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
