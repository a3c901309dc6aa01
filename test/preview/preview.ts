// A project of its own for each test, served by the real preview Worker.
import { env, exports } from "cloudflare:workers";
import type { Environment } from "../../preview/environment.ts";
import type { SkippedFile } from "../../worker/contract/imports.ts";
import type { PeopleRpc } from "../../worker/contract/people-rpc.ts";
import type { AppEnvironment, BuilderRpc, PreviewGateRpc, SourceFile } from "../../worker/contract/preview-rpc.ts";
import { publicLabelOf } from "../../worker/contract/public-label.ts";

type Gate = PreviewGateRpc & {
  put(tree: { projectId: string; revision: number; files: SourceFile[] }): Promise<void>;
  reads(key: string): Promise<number>;
  mailed(to: string): Promise<string[]>;
  give(host: string, projectId: string): Promise<void>;
  remove(projectId: string): Promise<void>;
  enlarge(key: string, bytes: number): Promise<void>;
  leaveOut(key: string, skipped: SkippedFile[]): Promise<void>;
  putEnvironment(projectId: string, target: string, environment: AppEnvironment): Promise<void>;
};
type TestEnvironment = Omit<Environment, "API"> & { API: Gate };

const bindings = env as unknown as TestEnvironment;
/** Bindings of the Worker under test. */
export const environment: Environment = bindings;
const worker = exports as unknown as { default: Fetcher; Builder: BuilderRpc & PeopleRpc };

/** The texts and bytes of a project's files, by their paths. */
export type Files = Record<string, string | Uint8Array>;

const toSource = ([path, content]: [string, string | Uint8Array]): SourceFile =>
  typeof content === "string"
    ? { path, content, encoding: "utf-8" }
    : { path, content: Buffer.from(content).toString("base64"), encoding: "base64" };

/** A preview with the interfaces of its visitors and of the API Worker. */
export class Preview {
  readonly projectId = `prj_${crypto.randomUUID().slice(0, 8)}`;
  readonly origin = `http://${this.projectId.replace("_", "-")}.localhost:8788`;
  readonly publicOrigin = `http://${publicLabelOf(this.projectId)}.localhost:8788`;
  readonly builder: BuilderRpc = worker.Builder;
  readonly owner: PeopleRpc = worker.Builder;
  revision = 0;

  /** Stores a new revision of the whole tree. */
  async write(files: Files): Promise<this> {
    this.revision += 1;
    const list = Object.entries(files).map(toSource);
    await bindings.API.put({ projectId: this.projectId, revision: this.revision, files: list });
    return this;
  }

  /** Adds a file of this many bytes to the newest revision, which may exceed the RPC limit. */
  async enlarge(bytes: number): Promise<void> {
    await bindings.API.enlarge(this.capability, bytes);
  }

  /** States the files that the import of the newest revision left out. */
  async leaveOut(skipped: SkippedFile[]): Promise<void> {
    await bindings.API.leaveOut(this.capability, skipped);
  }

  /** Gives the preview, or the published app, variables, secrets and grants, as the API Worker does after a change. */
  async give(environment: Partial<AppEnvironment>, target: "preview" | "public" = "preview"): Promise<void> {
    const whole = { variables: {}, secrets: {}, grants: [], ...environment };
    await bindings.API.putEnvironment(this.projectId, target, whole);
    await this.builder.environmentChanged(this.projectId);
  }

  get capability(): string {
    return `${this.projectId}@${this.revision}`;
  }

  get cookie(): string {
    return `__Host-edgesmith-preview=${this.projectId}.${this.revision}`;
  }

  /** Publishes the newest revision, as the change of this number. */
  publish(number: number) {
    return this.builder.publish(this.capability, this.projectId, this.revision, number);
  }

  /** Makes the build of an earlier publication public again, as the change of this number. */
  restore(number: number, version: { build: number; revision: number }) {
    const capability = `${this.projectId}@${version.revision}`;
    return this.builder.publish(capability, this.projectId, version.revision, number, version.build);
  }

  /** Gives the public app a host: a chosen name or a domain. */
  serveAt(host: string): Promise<void> {
    return bindings.API.give(host, this.projectId);
  }

  /** Deletes all revisions' files, so that none can be built again. */
  loseFiles(): Promise<void> {
    return bindings.API.remove(this.projectId);
  }

  /** Sends an anonymous request to the public origin. */
  asPublic(path: string, init: RequestInit = {}): Promise<Response> {
    return worker.default.fetch(this.publicOrigin + path, { redirect: "manual", ...init });
  }

  async publicText(path: string): Promise<string> {
    return (await this.asPublic(path)).text();
  }

  /** Does the API Worker's part when the project is deleted. */
  async delete(): Promise<void> {
    await bindings.API.remove(this.projectId);
    await this.builder.forget(this.projectId);
  }

  reads(): Promise<number> {
    return bindings.API.reads(this.capability);
  }

  build() {
    return this.builder.build(this.capability, this.projectId, this.revision);
  }

  prepare() {
    return this.builder.prepare(this.capability, this.projectId, this.revision);
  }

  /** A request without the cookie. */
  visit(path: string, init: RequestInit = {}): Promise<Response> {
    return worker.default.fetch(this.origin + path, { redirect: "manual", ...init });
  }

  /** A request to any address, as a browser follows it. */
  at(url: string, init: RequestInit = {}): Promise<Response> {
    return worker.default.fetch(url, { redirect: "manual", ...init });
  }

  /** A request of an admitted visitor. */
  get(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const own = headers.get("Cookie");
    headers.set("Cookie", own === null ? this.cookie : `${own}; ${this.cookie}`);
    return this.visit(path, { ...init, headers });
  }

  /** Headers of a browser's navigation. */
  page(path: string): Promise<Response> {
    return this.get(path, { headers: { Accept: "text/html,*/*", "Sec-Fetch-Mode": "navigate" } });
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text();
  }
}

/** The links that were mailed to an address, the oldest first. */
export const mailed = (to: string): Promise<string[]> => bindings.API.mailed(to);

/** The object that a project's preview is. */
export const appObject = (projectId: string) => bindings.APPS.getByName(projectId);

/** A new project with these files as its first revision. */
export function preview(files: Files): Promise<Preview> {
  return new Preview().write(files);
}
