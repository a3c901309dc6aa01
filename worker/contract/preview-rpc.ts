// What the API Worker and the preview Worker say to each other over service bindings. Types only.

import type { SkippedFile } from "./imports.ts";

/** One file of a project's tree, with its content. `base64` is for what is not clean UTF-8. */
export type SourceFile = { path: string; content: string; encoding: "utf-8" | "base64" };

/** A project's whole tree at one revision. A revision never changes, so this may be cached for ever under its key. */
export type SourceTree = {
  projectId: string;
  revision: number;
  files: SourceFile[];
  /**
   * What was left out when the project was imported, so that a build can say why a file is missing; absent where nothing
   * was imported. A file that was added since is among `files` too.
   */
  skipped?: SkippedFile[];
};

/** One finding of a build or a type check. `line` and `column` count from 1; 0 where the place is unknown. */
export type Diagnostic = {
  path: string;
  line: number;
  column: number;
  severity: "error" | "warning";
  message: string;
  /** A prompt that solves it, such as one that converts a project whose framework cannot run. */
  suggestedPrompt?: string | undefined;
};

export type BuildReport = { ok: boolean; diagnostics: Diagnostic[] };

/** How large something is that is served: as it is, and compressed with gzip. */
export type ServedSize = { bytes: number; gzipBytes: number };

/** A file that a built app serves. `entry`: whether it is a page, or a page loads it at once. */
export type BuildAsset = ServedSize & {
  address: string;
  kind: "script" | "style" | "page" | "asset";
  entry: boolean;
};

/**
 * What the type checker says of a revision. Nobody waits for it: it is `pending` until the check that an answer has begun is over, and
 * `unavailable` where the build failed or the checker cannot be reached.
 */
export type TypeFindings = { status: "checked" | "pending" | "unavailable"; diagnostics: Diagnostic[] };

/** What a build consists of. */
export type BuildSummary = BuildReport & {
  revision: number;
  /** What it was built for. Previews are built for development; sizes of published apps are smaller. */
  mode: "development";
  /** How long the build took, its packages included. */
  durationMs: number;
  /** The app's folder in the project; empty for the project itself. */
  root: string;
  /** What the app's pages are made with, or what was found that cannot run here; null where nothing is known. */
  framework: string | null;
  /** Without source maps, and without files that are served and that nothing of the app loads. */
  assets: BuildAsset[];
  totals: { scripts: ServedSize; styles: ServedSize; other: ServedSize };
  /** How many packages were planned, and how many of those were read since something imports them. */
  packages: { planned: number; fetched: number };
  types: TypeFindings;
};

/** One line of a preview's log. `at` is RFC 3339. */
export type PreviewLog = {
  at: string;
  level: "debug" | "info" | "warn" | "error";
  source: "browser" | "server" | "build";
  message: string;
  path?: string;
  line?: number;
  column?: number;
  stack?: string;
};

/** What `request_preview` sends to an app and gets back. Bodies are text, cut at 64 KiB. */
export type AppRequest = { method: string; path: string; headers?: Record<string, string>; body?: string };
export type AppResponse = { status: number; headers: Record<string, string>; body: string; truncated: boolean };

/**
 * What is asked of a package. `range` is a version, a range or a tag, the newest unless told. `detail` reads the package's archive
 * too: its exports, its README and, where a `symbol` is named, the declarations of it.
 */
export type PackageQuery = { name: string; range?: string; symbol?: string; detail: boolean };

/** What the registry has of a package at one version. Names and ranges are npm's; all texts are other people's. */
export type PackageInfo = {
  name: string;
  version: string;
  /** Versions by tag, such as `latest`. */
  tags: Record<string, string>;
  /** Stable versions, the newest first: the last 12, and the last of each major before. */
  versions: string[];
  /** Why it is deprecated, in the words of its author. */
  deprecated?: string;
  /** The range of Node.js that it asks for. */
  node?: string;
  peers: { name: string; range: string; optional: boolean }[];
  /** Present where `detail` was asked for. */
  contents?: PackageContents;
};

export type PackageContents = {
  /** The paths that can be imported, `.` being the name alone. */
  exports: string[];
  /** The package that has the declarations, itself or one of DefinitelyTyped; null where there are none. */
  typesFrom: string | null;
  /** The declarations of the symbol that was asked for, with the file each is in. */
  declarations: { path: string; text: string }[];
  /** What the package exports, as far as its declarations say so: at most 200 names, like the symbol where one is asked for. */
  names: string[];
  /** The packages of which it exports everything again. */
  exportsAgain: string[];
  /** The README's beginning. */
  readme: string;
  /** Why something is missing, in a sentence. */
  left?: string;
};

/**
 * What a visitor who may see a preview gets: the revision to show, and the value for the origin's host-only cookie.
 * `handover` opens the cookieless host, once and for a minute, where the browser does not keep the cookie.
 */
export type Admission = {
  projectId: string;
  revision: number;
  cookie: string;
  maxAgeSeconds: number;
  handover: string;
};

/**
 * Implemented by the API Worker (entry point `PreviewGate`), called by the preview Worker, which has no secret of its own.
 * `capability` is an opaque signed string bound to one project, one revision and a time.
 */
export type PreviewGateRpc = {
  /** The files a capability opens; throws `capability_refused` when it is forged or stale, or the project is deleted. */
  readTree(capability: string): Promise<SourceTree>;
  /** Exchanges a signed link's token, for this host and once, for a cookie; null refuses the visitor. */
  enter(host: string, linkToken: string): Promise<Admission | null>;
  /**
   * Exchanges a handover for the host that lets this visitor in without a cookie; null refuses.
   * `visitor` names the visitor's network and browser, so that the host's name alone opens nothing.
   */
  enterWithoutCookie(host: string, handover: string, visitor: string): Promise<string | null>;
  /**
   * Whether a visitor is let in at this host, and at which revision; null refuses. At a project's own host by the cookie set
   * by `enter`, at its cookieless host by the name and the visitor. `capability` reads the revision's files.
   */
  admit(
    host: string,
    cookie: string | null,
    visitor: string,
  ): Promise<{ projectId: string; revision: number; capability: string } | null>;
};

/** Implemented by the preview Worker (entry point `Builder`), called by the API Worker. */
export type BuilderRpc = {
  /** Bundles server and client and type-checks them; the result is kept for the revision. */
  build(capability: string, projectId: string, revision: number): Promise<BuildReport>;
  /** The same without the type check, for who wants to see the app and not wait for it. */
  prepare(capability: string, projectId: string, revision: number): Promise<BuildReport>;
  /** What the build of a revision consists of; a revision that is not built yet is built. */
  buildSummary(capability: string, projectId: string, revision: number): Promise<BuildSummary>;
  /** Sends one request to the running app, as `request_preview` does. */
  request(capability: string, projectId: string, revision: number, request: AppRequest): Promise<AppResponse>;
  /** The newest lines of the app's log, oldest first, at most `limit`. */
  logs(projectId: string, limit: number): Promise<PreviewLog[]>;
  /** The same of what the server of the published app prints and throws, which its visitors can cause. */
  publishedLogs(projectId: string, limit: number): Promise<PreviewLog[]>;
  /** What the registry has of a package, or a sentence on why it cannot be had. */
  packageInfo(query: PackageQuery): Promise<PackageInfo | { problem: string }>;
  /** Empties the app's database. */
  clearData(projectId: string): Promise<void>;
  /** Builds a revision as `publish` does, for production, and shows it to nobody: so that a build that fails is known before. */
  preparePublication(capability: string, projectId: string, revision: number): Promise<BuildReport>;
  /**
   * Puts the app on its public origin at a revision. A build that fails changes nothing. `number` counts a project's
   * publications and their ends: what comes after a greater one has been heard changes nothing either.
   */
  publish(capability: string, projectId: string, revision: number, number: number): Promise<BuildReport>;
  /** Takes the app off its public origin; what its visitors have stored stays. */
  unpublish(projectId: string, number: number): Promise<void>;
  /** Closes the sockets and streams of a project's preview: its visits were revoked. */
  endVisits(projectId: string): Promise<void>;
  /** Removes all that is kept for a deleted project, its public app with it. */
  forget(projectId: string): Promise<void>;
};
