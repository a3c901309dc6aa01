import type { Bundled, Mode } from "../engine/bundle.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { Side } from "../engine/side.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import type { ScriptBundler } from "./beside-packages.ts";
import type { DependencyBundle } from "./dependency-bundle.ts";
import type { WorkerEntry } from "./expand-modules.ts";
import type { SheetBundler } from "./late-sheets.ts";
import type { PackageUse } from "./package-imports.ts";
import type { PartOptions } from "./part-options.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { SourceFiles } from "./source-files.ts";
import type { BuiltWorker } from "./workers.ts";

/** One build of a project: its inputs, and its configured bundler. */
export type Compiling = {
  files: SourceFiles;
  settings: ProjectSettings;
  project: MountedProject;
  mode: Mode;
  runner: ToolRunner;
  /** The installed packages, each by its folder, version and integrity. */
  versions: string[][];
  /** Files that plugins of the project have changed: positions in them are none of the project's own. */
  rewritten: ReadonlySet<string>;
  /** The workers that have been built, by type and path. */
  workers: Map<string, BuiltWorker>;
  /** The workers that an import met before they were built, by type and path, since this was last cleared. */
  unbuiltWorkers: Set<string>;
  /** The project's files that bundles for browsers have met so far, by path. */
  reached: ReadonlySet<string>;
  /** Whether pages define `Buffer`, `process` and `global`, by a plugin of vite.config. */
  hasNodeGlobals: boolean;
  /** Bundles modules of the mounted project, by absolute path. */
  bundle(entries: string[], side: Side, options?: { type?: WorkerEntry["type"] } & PartOptions): Promise<Bundled>;
  /**
   * Finds the files of imports in modules of the project, by aliases and names of packages.
   * @returns for each its path as in `WorkerEntry`; null for one that is not found
   */
  resolve(imports: readonly { specifier: string; importer: string }[]): Promise<(string | null)[]>;
  /** Bundles style sheets of the pages. */
  bundleSheets: SheetBundler;
  /** Bundles a script that a package loads by its address. */
  bundleScript: ScriptBundler;
  /** The separately built modules of packages that the app's scripts import; empty without any. */
  packageModules: ReadonlySet<string>;
  /** Absolute paths of scripts whose packages cannot be built separately: a bundle with one of them is built with its packages. */
  inseparable: ReadonlySet<string>;
  /** Does something while the app's scripts have their imports of `packageModules` set apart. */
  apart<T>(work: () => Promise<T>): Promise<T>;
  /** Builds the parts of packages that the app uses; null when they cannot be built separately. */
  bundleDependencies(uses: ReadonlyMap<string, PackageUse>): Promise<DependencyBundle | null>;
};
