// The RPC interfaces between the API Worker and the preview Worker over service bindings. Types only.

import type { AppMail, AppMessages } from "./app-services.ts";
import type { BuildReport, Diagnostic } from "./build-report.ts";
import type { DataAnswer, DataOperation, DataTarget } from "./data-rpc.ts";
import type { SkippedFile } from "./imports.ts";
import type { AppKind, VisitorMail } from "./people-rpc.ts";
import type { CallTrace, PreviewFault } from "./preview-fault.ts";
import type { PublicationRpc } from "./publication-rpc.ts";
import type { ScheduledCall, ScheduleRun } from "./schedules-rpc.ts";
import type { ProviderCode, ProviderOutcome, SignInProvider, SignInState } from "./sign-in-rpc.ts";
import type { VisitDay } from "./visit-rpc.ts";

export type { BuildReport, Diagnostic };

/** One file of a project's tree with its content; `base64` for content that is not valid UTF-8. */
export type SourceFile = { path: string; content: string; encoding: "utf-8" | "base64" };

/** A project's whole tree at one revision. Revisions are immutable, so it can be cached forever under its key. */
export type SourceTree = {
  projectId: string;
  revision: number;
  files: SourceFile[];
  /**
   * The files that the project's import omitted, so that a build can explain why a file is missing; absent without an
   * import. A file that was added later is also in `files`.
   */
  skipped?: SkippedFile[];
  /**
   * The largest assets, which are omitted when one message cannot carry all of a project's files. `isUnnamed`: no source
   * can name the asset, so no code misses it.
   */
  beyond?: { path: string; bytes: number; isUnnamed?: boolean }[];
};

/** Bytes, streamed while they are produced; null in place of a stream means that no message can carry the files. */
type ByteStream = ReadableStream<Uint8Array>;

/** The size of a served file, uncompressed and with gzip. */
export type ServedSize = { bytes: number; gzipBytes: number };

/** A file that a built app serves. `entry`: whether it is a page, or a page loads it at once. */
export type BuildAsset = ServedSize & {
  address: string;
  kind: "script" | "style" | "page" | "asset";
  entry: boolean;
};

/**
 * The result of a revision's type check, which runs after the build's response: `pending` until it has finished, and
 * `unavailable` when the build failed or the checker cannot be reached.
 */
export type TypeFindings = { status: "checked" | "pending" | "unavailable"; diagnostics: Diagnostic[] };

/** An npm package that a build has read. */
export type UsedPackage = { name: string; version: string };

/** The result of a build in detail. */
export type BuildSummary = BuildReport & {
  revision: number;
  /** The build's target. Previews are development builds; a published app is smaller. */
  mode: "development";
  /** The duration of the build, including its packages, in milliseconds. */
  ms: number;
  /** The app's folder in the project; empty for the project's root. */
  root: string;
  /** The framework of the app's pages, or one that was detected and cannot run here; null when unknown. */
  framework: string | null;
  /** Without source maps, and without served files that the app does not reference. */
  assets: BuildAsset[];
  totals: { scripts: ServedSize; styles: ServedSize; other: ServedSize };
  /** The scripts among the assets, by address. */
  chunks: ({ name: string } & ServedSize)[];
  /** The packages that were fetched because a file imports them, by name. */
  packages: UsedPackage[];
  /** The number of packages that were resolved to a version. */
  packagesPlanned: number;
  types: TypeFindings;
};

/** One line of a preview's log. `at` is an RFC 3339 timestamp. */
export type PreviewLog = {
  at: string;
  level: "debug" | "info" | "warn" | "error";
  source: "browser" | "server" | "build" | "egress";
  message: string;
  path?: string;
  line?: number;
  column?: number;
  stack?: string;
};

/** The request and response of the tool `request_preview`. Bodies are text, truncated at 64 KiB. */
export type AppRequest = { method: string; path: string; headers?: Record<string, string>; body?: string };
export type AppResponse = { status: number; headers: Record<string, string>; body: string; truncated: boolean };

/**
 * A query for a package. `range` is a version, a range or a tag, by default the newest version. `detail` also reads the
 * package's archive: its exports, its README and the declarations of `symbol`, if given.
 */
export type PackageQuery = { name: string; range?: string; symbol?: string; detail: boolean };

/** A package at one version, from the registry. Names and ranges are npm's; all texts are untrusted. */
export type PackageInfo = {
  name: string;
  version: string;
  /** Versions by tag, such as `latest`. */
  tags: Record<string, string>;
  /** Stable versions, the newest first: the last 12, and the last one of each earlier major. */
  versions: string[];
  /** The author's reason for the deprecation. */
  deprecated?: string;
  /** The required range of Node.js. */
  node?: string;
  peers: { name: string; range: string; optional: boolean }[];
  /** Present for a query with `detail`. */
  contents?: PackageContents;
};

export type PackageContents = {
  /** The importable paths; `.` is the package's name alone. */
  exports: string[];
  /** The package with the declarations, the package itself or one of DefinitelyTyped; null without declarations. */
  typesFrom: string | null;
  /** The declarations of the queried symbol, with their files. */
  declarations: { path: string; text: string }[];
  /** The exported names by the declarations, at most 200; with a queried symbol, similar names only. */
  names: string[];
  /** The packages that it re-exports as a whole. */
  exportsAgain: string[];
  /** The beginning of the README. */
  readme: string;
  /** The reason why something is missing, as a sentence. */
  left?: string;
};

/**
 * The access of an admitted visitor: the revision to show, and the value of the origin's host-only cookie. `handover`
 * opens the cookieless host, once and within a minute, for a browser that does not keep the cookie.
 */
export type Admission = {
  projectId: string;
  revision: number;
  cookie: string;
  maxAgeSeconds: number;
  handover: string;
};

/**
 * The entry point `PreviewGate` of the API Worker, for the preview Worker, which has no secret of its own. A
 * `capability` is an opaque signed string for one project and one revision, with an expiry.
 */
export type PreviewGateRpc = {
  /**
   * Reads the files that a capability grants.
   * @throws AppError `capability_refused` when it is forged or expired, or the project is deleted
   */
  readTree(capability: string): Promise<SourceTree>;
  /**
   * Exchanges a signed link's token for a cookie, once and at this host.
   * @returns null to refuse the visitor
   */
  enter(host: string, linkToken: string): Promise<Admission | null>;
  /**
   * Exchanges a handover for the host that admits this visitor without a cookie.
   * @param visitor identifies the visitor's network and browser, so that the host's name alone grants nothing
   * @returns null to refuse the visitor
   */
  enterWithoutCookie(host: string, handover: string, visitor: string): Promise<string | null>;
  /**
   * Admits a visitor: at a project's own host by the cookie that `enter` set, at its cookieless host by the host's name
   * and the visitor.
   * @returns the revision, and a capability to read its files; null to refuse the visitor
   */
  admit(
    host: string,
    cookie: string | null,
    visitor: string,
  ): Promise<{ projectId: string; revision: number; capability: string } | null>;
  /**
   * Reserves storage of an account for all files of one of its apps.
   * @param bytes the total size, which replaces the app's reservation
   * @returns null, or a sentence that names the limit
   */
  reserveFiles(projectId: string, target: AppKind, bytes: number): Promise<string | null>;
  /**
   * Sends a mail of an app, counted in its account's daily limit.
   * @returns null, or a sentence on why it was not sent
   */
  sendAppMail(projectId: string, mail: AppMail): Promise<string | null>;
  /** Asks a model for a message on the account of an app. `input` is the app's own and untrusted. */
  appMessages(projectId: string, input: unknown): Promise<AppMessages>;
  /** Reads the variables, secrets and grants of a project's preview or of its published app. */
  readAppEnvironment(projectId: string, target: "preview" | "public"): Promise<AppEnvironment>;
  /**
   * Returns the project that is public at a host, by a name that its owner has chosen or by a domain of the owner's.
   * @returns null when no project has the host
   */
  publishedAt(host: string): Promise<string | null>;
  /**
   * Returns the project whose staged app is at a host.
   * @returns null when no staged app has the host
   */
  stagedAt(host: string): Promise<string | null>;
  /** Reports a failure of the preview Worker to the operators. */
  reportFault(fault: PreviewFault): Promise<void>;
  /** Whether mail can be sent to the people of apps. */
  canMailVisitors(): Promise<boolean>;
  /** Mails a person the link that signs them in. A failure is logged and not reported. */
  mailVisitor(mail: VisitorMail): Promise<void>;
  /** Signs the state of a sign-in with a provider, for ten minutes. */
  signSignInState(state: SignInState): Promise<string>;
  /** Returns the state that was signed; null when it is forged or expired. */
  openSignInState(signed: string): Promise<SignInState | null>;
  /** Exchanges the code of a provider for the person who has signed in there, with the client of the app's owner. */
  exchangeSignIn(code: ProviderCode): Promise<ProviderOutcome>;
};

/** How a granted request carries a secret: a header or a query parameter, its value with `{{NAME}}` in place of the secret. */
export type SecretAttachment = { name: string; template: string };

/** Hosts that an app's server may call. `host` is exact or `*.name`, with a port unless it is 443. Null: any. */
export type EgressGrant = {
  host: string;
  methods: string[] | null;
  pathPrefix: string | null;
  header: SecretAttachment | null;
  query: SecretAttachment | null;
};

/**
 * The variables, secrets and grants of one app. `secrets` has the values that the grants name; generated code never sees
 * them. `signIn` lists the providers that visitors may sign in with; absent from an API Worker of an earlier version.
 */
export type AppEnvironment = {
  variables: Record<string, string>;
  secrets: Record<string, string>;
  grants: EgressGrant[];
  signIn?: SignInProvider[];
};

/** The entry point `Builder` of the preview Worker, for the API Worker. */
export type BuilderRpc = PublicationRpc & {
  /** Bundles server and client and type-checks them. The result is cached for the revision. */
  build(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport>;
  /** Builds without the type check, so that the app appears sooner. */
  prepare(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport>;
  /** Summarizes the build of a revision; builds it first when necessary. */
  buildSummary(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildSummary>;
  /** Streams the JSON of `ProjectTypes`, without the declarations of the packages whose key is `known`. */
  projectTypes(capability: string, projectId: string, revision: number, known: string): Promise<ByteStream | null>;
  /** Sends one request to the running app. */
  request(capability: string, projectId: string, revision: number, request: AppRequest): Promise<AppResponse>;
  /** Reads the newest lines of the app's log, oldest first, at most `limit`. */
  logs(projectId: string, limit: number): Promise<PreviewLog[]>;
  /** Reads the newest lines of the published app's log: its server's, and errors that visitors' pages report. */
  publishedLogs(projectId: string, limit: number): Promise<PreviewLog[]>;
  /** Reads the newest lines of the staged app's log, as `publishedLogs` does for the published app. */
  stagedLogs(projectId: string, limit: number): Promise<PreviewLog[]>;
  /** Lists an app's alarms and crons that are due, the earliest first. */
  schedules(projectId: string, target: AppKind): Promise<ScheduledCall[]>;
  /** Runs an alarm or a cron of the list at once, without a change of its due time. */
  runSchedule(projectId: string, target: AppKind, id: string): Promise<ScheduleRun>;
  /** Reads the visits of a published app between two days, both included, the earliest first. */
  visits(projectId: string, from: string, to: string): Promise<VisitDay[]>;
  /**
   * Queries the registry for a package.
   * @returns the package, or a sentence that explains the failure
   */
  packageInfo(query: PackageQuery): Promise<PackageInfo | { problem: string }>;
  /** Deletes all rows of the app's database. */
  clearData(projectId: string): Promise<void>;
  /** Reads or writes the data of an app, whether it runs or not. */
  data(projectId: string, target: DataTarget, operation: DataOperation): Promise<DataAnswer>;
  /** Closes the sockets and streams of a project's preview, after its visits were revoked. */
  endVisits(projectId: string): Promise<void>;
  /** Makes all apps of a project reload their variables, secrets and grants before the next request. */
  environmentChanged(projectId: string): Promise<void>;
  /** Deletes everything stored for a deleted project, with its public app. */
  forget(projectId: string): Promise<void>;
};
