import type { MountedProject } from "../engine/mounted-project.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { type StatedFormat, statedFormats } from "../engine/stated-format.ts";
import type { Installation } from "../packages/install-packages.ts";
import { type Alias, applyAlias } from "../vite/index.ts";
import { fromApp } from "./around-app.ts";
import { PLACED_JSX } from "./jsx-places.ts";
import { loaderOf } from "./module-kinds.ts";
import { APART, isInseparable, packageModules, setApart } from "./package-imports.ts";
import type { Precompiled } from "./precompilation.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { SourceFiles } from "./source-files.ts";
import { svelteFiles } from "./svelte-components.ts";

/** The separately built packages of an app, and the functions that bundle the app without them. */
export type PackagesApart = {
  modules: ReadonlySet<string>;
  /** Absolute paths of scripts that take packages in a form that cannot be separated; most are configurations that no page loads. */
  inseparable: ReadonlySet<string>;
  /** Does something while the app's scripts have their imports of these modules set apart. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Returns a compiled module for the current attempt to bundle; `path` is that of its file, absolute. */
  mark(code: string, path?: string): string;
};

type Input = {
  files: SourceFiles;
  around: SourceFiles;
  root: string;
  settings: ProjectSettings;
  installation: Installation;
  project: MountedProject;
  compiled: ReadonlyMap<string, Precompiled>;
  /** Scripts that are not bundled as they are written, by path. */
  changed: ReadonlyMap<string, string>;
  /** The files outside of the app's folder that are part of the app (around-app.ts). */
  beside: SourceFiles;
};

/** Finds the modules of an app's packages that can be bundled separately. */
export async function packagesApart({
  files,
  around,
  root,
  beside,
  settings,
  installation,
  project,
  compiled,
  changed,
}: Input): Promise<PackagesApart> {
  const scripts = new Map<string, string>();
  for (const [path, content] of [...files, ...beside]) {
    if (typeof content === "string" && isScript(path) && !compiled.has(path))
      scripts.set(path, changed.get(path) ?? content);
  }
  const sources = new Map([...scripts, ...[...compiled].map(([path, { contents }]) => [path, contents] as const)]);
  const meant = meantBy(settings, installation);
  const isPackage = isPackageOf(installation);
  const whole = new Set(
    [...sources].flatMap(([path, code]) => (isInseparable(code, { isPackage, meant }) ? [path] : [])),
  );
  const separable = [...sources].flatMap(([path, code]) => (whole.has(path) ? [] : [code]));
  const modules = modulesOf(separable, settings, installation, meant);
  const isComponent = componentsOf(settings);
  const joint = [...fromApp(around, root).keys()].filter((path) => isScript(path) || isComponent(path));
  const formatOf = statedFormats(project.files);
  const formats = new Map<string, StatedFormat>();
  if (modules.size > 0)
    for (const path of sources.keys()) formats.set(project.at(path), await formatOf(project.at(path)));
  const apart = (code: string, path: string): string => setApart(code, modules, meant, formats.get(path) ?? null);
  let isMarked = false;
  const put = (): void => {
    for (const [path, code] of scripts)
      project.files.put(project.at(path), isMarked ? apart(code, project.at(path)) : code);
    for (const [path, compilerOptions] of project.tsconfigs) {
      const options = optionsOf(compilerOptions, settings, isMarked && hasRuntime(modules, settings));
      project.files.put(path, JSON.stringify({ compilerOptions: options }));
    }
  };
  return {
    modules,
    inseparable: new Set([...whole, ...joint.filter((path) => !sources.has(path))].map((path) => project.at(path))),
    during: async (work) => {
      isMarked = true;
      put();
      try {
        return await work();
      } finally {
        isMarked = false;
        put();
      }
    },
    mark: (code, path = "") => (isMarked ? apart(code, path) : code),
  };
}

const isScript = (path: string): boolean => /^(tsx?|jsx?)$/.test(loaderOf(path) ?? "");

/** Returns whether a file is a component, by its extension. */
function componentsOf(settings: ProjectSettings): (path: string) => boolean {
  const svelte = svelteFiles({ settings });
  return (path) => path.endsWith(".vue") || svelte.test(path);
}

type Meant = (specifier: string) => string;

/** Follows aliases of names with a version, `"sonner@2.0.3": "sonner"`, which no package's own code imports. */
function meantBy({ aliases }: ProjectSettings, installation: Installation): Meant {
  const installed = installedNames(installation);
  const versioned = aliases.filter((alias) => isVersioned(alias, installed));
  return versioned.length === 0
    ? (specifier) => specifier
    : (specifier) => applyAlias(specifier, versioned) ?? specifier;
}

const installedNames = ({ packages }: Installation): Set<string> =>
  new Set(packages.map(({ folder }) => folder.slice("node_modules/".length)));

function isPackageOf(installation: Installation): (name: string) => boolean {
  const installed = installedNames(installation);
  return (name) => installed.has(name) && !installation.workspace.has(name);
}

const isVersioned = ({ find, replacement }: Alias, installed: ReadonlySet<string>): boolean =>
  typeof find === "string" && /^@?[^@]+@/.test(find) && installed.has(packageNameOf(replacement));

function modulesOf(
  sources: string[],
  { aliases, jsx }: ProjectSettings,
  installation: Installation,
  meant: Meant,
): Set<string> {
  const installed = installedNames(installation);
  // An alias from one package to another would duplicate both.
  const isReplaced = (alias: Alias): boolean => {
    const { find, replacement } = alias;
    if (isVersioned(alias, installed)) return false;
    if (replacement.startsWith("/")) return false;
    if (typeof find !== "string" || installed.has(packageNameOf(find))) return true;
    return sources.some((code) => code.includes(`"${find}`) || code.includes(`'${find}`));
  };
  if (aliases.some(isReplaced)) return new Set();
  const isPackage = isPackageOf(installation);
  const found = packageModules(sources, { isPackage, meant });
  // A generated module may have a name below that of a package.
  for (const specifier of found) if (applyAlias(specifier, aliases)?.startsWith("/")) found.delete(specifier);
  if (found.size > 0 && jsx.runtime === "automatic" && isPackage(packageNameOf(jsx.importSource))) {
    found.add(`${jsx.importSource}/jsx-runtime`);
  }
  return found;
}

function hasRuntime(modules: ReadonlySet<string>, { jsx }: ProjectSettings): boolean {
  return jsx.runtime === "automatic" && modules.has(`${jsx.importSource}/jsx-runtime`);
}

function optionsOf(
  compilerOptions: Record<string, unknown>,
  { jsx }: ProjectSettings,
  isApart: boolean,
): Record<string, unknown> {
  // The runtime of placed JSX is a module of the build, which imports the framework's own.
  if (!isApart || jsx.runtime !== "automatic" || compilerOptions.jsxImportSource === PLACED_JSX) return compilerOptions;
  return { ...compilerOptions, jsxImportSource: APART + jsx.importSource };
}
