import { parse } from "jsonc-parser";
import type { PlannedPackage } from "../packages/plan-packages.ts";
import { within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { mount, release } from "./esbuild.ts";
import type { FileContent, MountedFiles } from "./mounted-files.ts";

const PROJECT = "app";
/** TypeScript configurations anywhere in a project; a generated one replaces them all. */
const TSCONFIG = /(^|\/)(tsconfig|jsconfig)[^/]*\.json$/;

/** A project's files with its packages, in the layout of a disk. */
export type MountedProject = {
  files: MountedFiles;
  /** The app's source files. */
  sources: SourceFiles;
  /** Absolute, without a slash at its end. */
  appFolder: string;
  /** The app's folder from the working folder of a build, with a slash at its end. */
  projectFolder: string;
  /** The folder of the whole project, which the app's may be in. */
  repository: string;
  /** The compiler options of each generated tsconfig.json, by its absolute path. */
  tsconfigs: ReadonlyMap<string, Record<string, unknown>>;
  /** The patterns of imports in the app's tsconfig.json. */
  patterns: readonly string[];
  /** Whether an address with a leading slash names a file in the app's public folder. */
  isPublic(address: string): boolean;
  /** The absolute path of a file of the app. */
  at(path: string): string;
  /** Ends the builds of the project. */
  deadline?: AbortSignal | undefined;
  release(): void;
};

export type MountOptions = {
  /** Folder of the app in the project, such as `apps/web`; empty for the project itself. */
  root: string;
  /** Files of the project outside of the app's folder, by path in the project. */
  around?: SourceFiles;
  publicFolder: string | null;
  /** Content of the generated tsconfig.json. */
  compilerOptions: Record<string, unknown>;
  /** The same for packages of the project, by their folders. */
  workspaceOptions?: ReadonlyMap<string, Record<string, unknown>>;
  packages: PlannedPackage[];
  /** Folders in the project by the name of the package in them. */
  workspace: ReadonlyMap<string, string>;
  filesOf: (planned: PlannedPackage) => Promise<ReadonlyMap<string, FileContent>>;
  deadline?: AbortSignal | undefined;
};

/** Mounts a project: its packages are fetched when something first imports them. */
export function mountProject(sources: SourceFiles, options: MountOptions): MountedProject {
  const { root, around = new Map(), publicFolder, compilerOptions, packages, workspace, filesOf } = options;
  const { workspaceOptions = new Map() } = options;
  const files = mount();
  const appFolder = [files.root, PROJECT, root].filter((part) => part !== "").join("/");
  const inProject = (path: string): string => `${files.root}/${PROJECT}/${path}`;
  const at = (path: string): string => (path.includes("../") ? `/${within(appFolder, path)}` : `${appFolder}/${path}`);
  for (const [path, content] of around) if (!TSCONFIG.test(path)) files.put(inProject(path), withoutMark(content));
  for (const [path, content] of sources) if (!TSCONFIG.test(path)) files.put(at(path), withoutMark(content));
  const manifest = sources.get("package.json");
  if (typeof manifest === "string") files.put(at("package.json"), forBundler(manifest));
  const tsconfigs = new Map([[`${appFolder}/tsconfig.json`, compilerOptions]]);
  for (const [folder, own] of workspaceOptions) tsconfigs.set(inProject(within(folder, "tsconfig.json")), own);
  for (const [path, options] of tsconfigs) files.put(path, JSON.stringify({ compilerOptions: options }));
  for (const planned of packages) files.putFolder(`${files.root}/${planned.folder}`, () => filesOf(planned));
  for (const [name, folder] of workspace) files.link(`${files.root}/node_modules/${name}`, inProject(folder));
  const publicAt = publicFolder === null ? null : `${appFolder}/${publicFolder}`;
  return {
    files,
    sources,
    appFolder,
    tsconfigs,
    repository: `${files.root}/${PROJECT}`,
    projectFolder: root === "" ? `${PROJECT}/` : `${PROJECT}/${root}/`,
    patterns: Object.keys((compilerOptions.paths ?? {}) as Record<string, string[]>),
    isPublic: (address) => publicAt !== null && isFile(files, publicAt + address),
    at,
    deadline: options.deadline,
    release: () => release(files),
  };
}

function isFile(files: MountedFiles, path: string): boolean {
  const found = files.stat(path);
  return found !== null && found !== "folder";
}

/**
 * Removes fields from a manifest that esbuild would misinterpret. With `"type": "module"` it takes the default export
 * of a CommonJS package to be the whole module, as Node does; apps are written for bundlers, which use the default
 * that the package itself marks. With `"sideEffects"` it drops style sheets and page scripts, which the generated
 * entries import.
 */
function forBundler(manifest: string): string {
  const parsed: unknown = parse(manifest);
  if (typeof parsed !== "object" || parsed === null) return manifest;
  return JSON.stringify({ ...parsed, type: undefined, sideEffects: undefined });
}

/** A byte order mark is no part of the text. */
const withoutMark = (content: string | Uint8Array): string | Uint8Array =>
  typeof content === "string" ? content.replace(/^\uFEFF/, "") : content;
