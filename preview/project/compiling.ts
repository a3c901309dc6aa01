import type { Bundled, Mode, Side } from "../engine/bundle.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { WorkerEntry } from "./expand-modules.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { SourceFiles } from "./source-files.ts";

/** One build of a project: what it is made of, and the bundler set up for it. */
export type Compiling = {
  files: SourceFiles;
  settings: ProjectSettings;
  project: MountedProject;
  mode: Mode;
  /** Addresses of the workers that have been built, by type and path. */
  workers: Map<string, string>;
  /** Bundles modules of the mounted project, by absolute path. */
  bundle(entries: string[], side: Side, type?: WorkerEntry["type"]): Promise<Bundled>;
};
