import type { Manifest } from "../project/manifest.ts";
import { within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { extendedPackages } from "../project/tsconfig.ts";
import { type Installation, type PlanStore, planInstallation } from "./install-packages.ts";
import { findLocks } from "./lock-files.ts";
import { polyfillRanges } from "./node-polyfills.ts";
import { patchesOf } from "./patches.ts";
import type { Registry } from "./registry.ts";
import { wantedOf } from "./wanted-packages.ts";
import { workspaceOf } from "./workspace.ts";
import { overridesOf } from "./workspace-yaml.ts";

/** Dependencies of an installation. */
export type Installing = { registry: Registry; plans: PlanStore };

const LOCKS = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/**
 * Plans the packages that a project's own files import, by its package.json and its lock.
 * @param root folder of the app, empty for the project's own
 * @param more ranges of further packages, by name
 */
export async function installProject(
  files: SourceFiles,
  root: string,
  manifest: Manifest,
  { registry, plans }: Installing,
  more: Record<string, string> = {},
): Promise<Installation> {
  const workspace = new Map([...workspaceOf(files), ...linkedFolders(files, root, manifest.all)]);
  const { lock, diagnostics } = findLocks(files, root);
  const request = {
    wanted: {
      ...polyfillRanges(files, manifest.all),
      ...wantedOf(files, manifest.fields, root),
      ...extended(files, manifest),
      ...more,
    },
    overrides: overridesOf(files, manifest.overrides),
    lock,
    workspace,
    peersFrom: manifest.all,
    patches: patchesOf(files, root),
    lockKey: await hashOfLocks(files),
  };
  const installation = await planInstallation(request, registry, plans);
  return { ...installation, diagnostics: [...diagnostics, ...installation.diagnostics] };
}

/** Target folders of `file:` and `link:`, by the dependency's name, which may differ from the package's. */
function linkedFolders(files: SourceFiles, root: string, all: Record<string, string>): [string, string][] {
  return Object.entries(all).flatMap(([name, range]) => {
    const target = /^(?:file|link|portal):(.+)$/.exec(range)?.[1];
    if (target === undefined) return [];
    const folder = within(root, target);
    return files.has(`${folder}/package.json`) ? [[name, folder] as [string, string]] : [];
  });
}

/** Packages that the project's tsconfig.json extends but no file imports. */
const extended = (files: SourceFiles, { all }: Manifest): Record<string, string> =>
  Object.fromEntries(extendedPackages(files).flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));

async function hashOfLocks(files: SourceFiles): Promise<string> {
  const locks = [...files].filter(([path]) => LOCKS.some((name) => path === name || path.endsWith(`/${name}`)));
  const text = JSON.stringify(locks.map(([path, content]) => [path, typeof content === "string" ? content : ""]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
