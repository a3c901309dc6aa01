import type { Bundled, Mode, Side } from "../engine/bundle.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { SourceFiles } from "./source-files.ts";

/** One build of a project: what it is made of, and the bundler set up for it. */
export type Compiling = {
  files: SourceFiles;
  settings: ProjectSettings;
  project: MountedProject;
  mode: Mode;
  /** Bundles modules of the mounted project, by absolute path. */
  bundle(entries: string[], side: Side): Promise<Bundled>;
};
