import type { AgentBatch, Workspace } from "../../../worker/agents/index.ts";
import type { AppAccess } from "../../../worker/app-environment/index.ts";
import type {
  BatchResult,
  Diagnostic,
  Operation,
  PackageInfo,
  PackageQuery,
  PreviewLog,
} from "../../../worker/contract/index.ts";
import { AppError } from "../../../worker/errors.ts";
import type { PageLook, PageView } from "../../../worker/preview/index.ts";

type Stored = { content: string; revision: number };

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (text: string) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

/** A project in memory, with the rules for batches that the tools rely on. It does not merge: a conflict is refused. */
export class MemoryWorkspace implements Workspace {
  revision = 0;
  readonly tree = new Map<string, Stored>();
  readonly batches: AgentBatch[] = [];
  readonly applied = new Map<string, BatchResult>();
  diagnostics: Diagnostic[] = [];
  lines: PreviewLog[] = [];
  /** The registry's packages, by name. */
  packages = new Map<string, Partial<PackageInfo>>();
  readonly askedPackages: PackageQuery[] = [];
  given: AppAccess = { variables: [], secrets: [], grants: [] };
  /** The view that `view_page` returns; null: there is no browser. */
  view: PageView | null = null;
  readonly looks: PageLook[] = [];
  /** Errors that the next calls of `applyBatch` throw, before anything is applied. */
  faults: AppError[] = [];

  constructor(files: Record<string, string> = {}) {
    for (const [path, content] of Object.entries(files)) this.byHand(path, content);
  }

  /** Applies a person's change in the editor. */
  byHand(path: string, content: string): void {
    this.revision++;
    this.tree.set(path, { content, revision: this.revision });
  }

  content(path: string): string | undefined {
    return this.tree.get(path)?.content;
  }

  async access() {
    return this.given;
  }

  async checkHost(host: string) {
    return /^[a-z0-9.-]+\.[a-z]+$/.test(host) ? { host } : { fault: "must have a public name" };
  }

  async head() {
    return this.revision;
  }

  async listFiles() {
    const files = await Promise.all([...this.tree.keys()].sort().map((path) => this.#entry(path)));
    return { revision: this.revision, files: files.flatMap((file) => file ?? []) };
  }

  async readFile(path: string) {
    return this.#entry(path);
  }

  async readTree() {
    return [...this.tree].map(([path, { content }]) => ({ path, content, encoding: "utf-8" as const }));
  }

  async #entry(path: string) {
    const stored = this.tree.get(path);
    if (stored === undefined) return null;
    const { content, revision } = stored;
    const bytes = new TextEncoder().encode(content).length;
    return {
      path,
      content,
      bytes,
      sha256: await sha256(content),
      language: "text",
      encoding: "utf-8" as const,
      revision,
    };
  }

  async applyBatch(batch: AgentBatch): Promise<BatchResult> {
    const fault = this.faults.shift();
    if (fault) throw fault;
    const earlier = this.applied.get(batch.opId);
    if (earlier) return earlier;
    this.batches.push(batch);
    for (const operation of batch.operations) this.#guard(operation, batch.expectedRevision);
    this.revision++;
    const result = {
      revision: this.revision,
      changes: await Promise.all(batch.operations.map((one) => this.#apply(one))),
    };
    this.applied.set(batch.opId, result);
    return result;
  }

  #guard(operation: Operation, expected: number): void {
    const { op, path } = operation;
    const there = this.tree.get(path);
    if (!there && op !== "write" && op !== "create") throw new AppError("file_missing", `There is no file ${path}.`);
    if (there && there.revision > expected) {
      throw new AppError("revision_conflict", "The files were changed meanwhile.", {
        members: { conflicts: [{ path }] },
      });
    }
    if ("content" in operation && operation.content.length > 60_000) {
      throw new AppError("file_too_large", `${path} is too large.`);
    }
  }

  async #apply(operation: Operation): Promise<BatchResult["changes"][number]> {
    const { path } = operation;
    if (operation.op === "delete") {
      this.tree.delete(path);
      return { path, action: "deleted", bytes: 0, sha256: null };
    }
    const content = operation.op === "move" ? (this.content(path) ?? "") : operation.content;
    const to = operation.op === "move" ? operation.to : path;
    const action = operation.op === "move" ? "moved" : this.tree.has(path) ? "updated" : "created";
    if (operation.op === "move") this.tree.delete(path);
    this.tree.set(to, { content, revision: this.revision });
    return { path: to, action, bytes: content.length, sha256: await sha256(content) };
  }

  async findBatch(opId: string) {
    return this.applied.get(opId) ?? null;
  }

  async check() {
    return this.diagnostics;
  }

  async request() {
    return { status: 200, headers: { "content-type": "text/plain" }, body: "hello", truncated: false };
  }

  async logs() {
    return this.lines;
  }

  async browserErrors() {
    return this.lines.filter(({ source }) => source === "browser");
  }

  async viewPage(look: PageLook): Promise<PageView> {
    this.looks.push(look);
    if (this.view === null) throw new AppError("dependency_down", "This installation has no browser.");
    return this.view;
  }

  async packageInfo(query: PackageQuery): Promise<PackageInfo | { problem: string }> {
    this.askedPackages.push(query);
    const known = this.packages.get(query.name);
    if (known === undefined) return { problem: `There is no package "${query.name}" in the registry.` };
    return { name: query.name, version: "1.0.0", tags: {}, versions: ["1.0.0"], peers: [], ...known };
  }
}
