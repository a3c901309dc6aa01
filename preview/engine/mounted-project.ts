import { parse } from "jsonc-parser";
import type { PlannedPackage } from "../packages/plan-packages.ts";
import { within } from "../project/paths.ts";
import type { SourceFiles } from "../project/source-files.ts";
import { mount, release } from "./esbuild.ts";
import type { FileContent, MountedFiles } from "./mounted-files.ts";

const PROJECT = "app";
/** TypeScript configurations anywhere in a project; a generated one replaces them all. */
const TSCONFIG = /(^|\/)(tsconfig|jsconfig)[^/]*\.json$/;
const MANIFEST = /(^|\/)package\.json$/;

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
  /** The folders in which addresses with a leading slash are files: Vite's `root`, and the app's own. */
  servedFolders: readonly string[];
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
  /** The folder from which the app is served, Vite's `root`; by default the app's own. */
  servedFolder?: string;
  /** Content of the generated tsconfig.json. */
  compilerOptions: Record<string, unknown>;
  /** The same for packages of the project, by their folders. */
  workspaceOptions?: ReadonlyMap<string, Record<string, unknown>>;
  packages: PlannedPackage[];
  /** Folders in the project by the name of the package in them. */
  workspace: ReadonlyMap<string, string>;
  /**
   * Whether scripts take CommonJS as their stated format says; true by default. Otherwise the format that a package.json states does not
   * count: the default import of a compiled ES module is its `default`.
   */
  byFormat?: boolean;
  filesOf: (planned: PlannedPackage) => Promise<ReadonlyMap<string, FileContent>>;
  deadline?: AbortSignal | undefined;
};

/** Mounts a project: its packages are fetched when something first imports them. */
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
  // With `"sideEffects"` esbuild drops style sheets and page scripts, which the generated entries import.
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

/** Returns a manifest without fields that esbuild would read. */
function without(manifest: string, fields: string[]): string {
  const parsed: unknown = parse(manifest);
  if (typeof parsed !== "object" || parsed === null) return manifest;
  return JSON.stringify({ ...parsed, ...Object.fromEntries(fields.map((field) => [field, undefined])) });
}

/** Returns a package's files without the formats that its manifests state. */
function withoutFormats(files: ReadonlyMap<string, FileContent>): Map<string, FileContent> {
  const read = (content: FileContent) => (typeof content === "function" ? content() : content);
  const stripped = (content: FileContent) => async () =>
    new TextEncoder().encode(without(new TextDecoder().decode(await read(content)), ["type"]));
  return new Map([...files].map(([path, content]) => [path, MANIFEST.test(path) ? stripped(content) : content]));
}

/** A byte order mark is no part of the text. */
const withoutMark = (content: string | Uint8Array): string | Uint8Array =>
  typeof content === "string" ? content.replace(/^\uFEFF/, "") : content;
