import { parse } from "jsonc-parser";
import type { PlannedPackage } from "../packages/plan-packages.ts";
import { within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { mount, release } from "./esbuild.ts";
import type { FileContent, MountedFiles } from "./mounted-files.ts";

const PROJECT = "app";
/** TypeScript configurations anywhere in a project, which one generated configuration replaces. */
const TSCONFIG = /(^|\/)(tsconfig|jsconfig)[^/]*\.json$/;
const MANIFEST = /(^|\/)package\.json$/;

/** A project's files and packages, in their layout on disk. */
export type MountedProject = {
  files: MountedFiles;
  /** The app's source files. */
  sources: SourceFiles;
  /** Absolute path, without a trailing slash. */
  appFolder: string;
  /** The app's folder, relative to a build's working folder, with a trailing slash. */
  projectFolder: string;
  /** The folder of the whole project, which contains the app's folder. */
  repository: string;
  /** The folders against which URLs with a leading slash resolve: Vite's `root`, and the app's folder. */
  servedFolders: readonly string[];
  /** The compiler options in each generated tsconfig.json, by its absolute path. */
  tsconfigs: ReadonlyMap<string, Record<string, unknown>>;
  /** The import patterns in the app's tsconfig.json. */
  patterns: readonly string[];
  /** Whether a URL with a leading slash names a file in the app's public folder. */
  isPublic(address: string): boolean;
  /** Returns the absolute path of a file of the app. */
  at(path: string): string;
  /** Ends the project's builds. */
  deadline?: AbortSignal | undefined;
  release(): void;
};

export type MountOptions = {
  /** Folder of the app in the project, such as `apps/web`; empty for the project itself. */
  root: string;
  /** The project's files outside the app's folder, by path in the project. */
  around?: SourceFiles;
  publicFolder: string | null;
  /** The folder from which the app is served, Vite's `root`; by default the app's folder. */
  servedFolder?: string;
  /** Content of the generated tsconfig.json. */
  compilerOptions: Record<string, unknown>;
  /** Content of the generated tsconfig.json of the project's packages, by their folders. */
  workspaceOptions?: ReadonlyMap<string, Record<string, unknown>>;
  packages: PlannedPackage[];
  /** Folders in the project, by package name. */
  workspace: ReadonlyMap<string, string>;
  /**
   * Whether scripts import CommonJS according to their stated format; true by default. Otherwise the format in a
   * package.json is ignored: the default import of a compiled ES module is its `default`.
   */
  byFormat?: boolean;
  filesOf: (planned: PlannedPackage) => Promise<ReadonlyMap<string, FileContent>>;
  deadline?: AbortSignal | undefined;
};

/** Mounts a project. Its packages are fetched at their first import. */
export function mountProject(sources: SourceFiles, options: MountOptions): MountedProject {
  const { root, around = new Map(), publicFolder, compilerOptions, packages, workspace, filesOf } = options;
  const { workspaceOptions = new Map(), byFormat = true, servedFolder = "" } = options;
  const files = mount();
  const appFolder = [files.root, PROJECT, root].filter((part) => part !== "").join("/");
  const inProject = (path: string): string => `${files.root}/${PROJECT}/${path}`;
  const at = (path: string): string => (path.includes("../") ? `/${within(appFolder, path)}` : `${appFolder}/${path}`);
  const put = (path: string, name: string, content: string | Uint8Array): void => {
    if (TSCONFIG.test(name)) return;
    const isManifest = !byFormat && MANIFEST.test(name) && typeof content === "string";
    files.put(path, isManifest ? without(content, ["type"]) : withoutMark(content));
  };
  for (const [path, content] of around) put(inProject(path), path, content);
  for (const [path, content] of sources) put(at(path), path, content);
  const manifest = sources.get("package.json");
  // With `"sideEffects"`, esbuild drops style sheets and page scripts that the generated entries import.
  const unread = ["sideEffects", ...(byFormat ? [] : ["type"])];
  if (typeof manifest === "string") files.put(at("package.json"), without(manifest, unread));
  const tsconfigs = new Map([[`${appFolder}/tsconfig.json`, compilerOptions]]);
  for (const [folder, own] of workspaceOptions) tsconfigs.set(inProject(within(folder, "tsconfig.json")), own);
  for (const [path, options] of tsconfigs) files.put(path, JSON.stringify({ compilerOptions: options }));
  for (const planned of packages) {
    const load = byFormat ? () => filesOf(planned) : async () => withoutFormats(await filesOf(planned));
    files.putFolder(`${files.root}/${planned.folder}`, load);
  }
  for (const [name, folder] of workspace) files.link(`${files.root}/node_modules/${name}`, inProject(folder));
  const publicAt = publicFolder === null ? null : `${appFolder}/${publicFolder}`;
  return {
    files,
    sources,
    appFolder,
    servedFolders: servedFolder === "" ? [appFolder] : [`${appFolder}/${servedFolder}`, appFolder],
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

/** Returns a manifest without the fields that esbuild would read. */
function without(manifest: string, fields: string[]): string {
  const parsed: unknown = parse(manifest);
  if (typeof parsed !== "object" || parsed === null) return manifest;
  return JSON.stringify({ ...parsed, ...Object.fromEntries(fields.map((field) => [field, undefined])) });
}

/** Returns a package's files, with the stated formats removed from its manifests. */
function withoutFormats(files: ReadonlyMap<string, FileContent>): Map<string, FileContent> {
  const read = (content: FileContent) => (typeof content === "function" ? content() : content);
  const stripped = (content: FileContent) => async () =>
    new TextEncoder().encode(without(new TextDecoder().decode(await read(content)), ["type"]));
  return new Map([...files].map(([path, content]) => [path, MANIFEST.test(path) ? stripped(content) : content]));
}

/** A byte order mark is not part of the text. */
const withoutMark = (content: string | Uint8Array): string | Uint8Array =>
  typeof content === "string" ? content.replace(/^\uFEFF/, "") : content;
