// Stands in for the API Worker's `PreviewGate`: trees in memory, tokens and cookies that name their content.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { AppMail, AppMessages } from "../../worker/contract/app-services.ts";
import type { SkippedFile } from "../../worker/contract/imports.ts";
import type { VisitorMail } from "../../worker/contract/people-rpc.ts";
import type { PreviewFault } from "../../worker/contract/preview-fault.ts";
import type { AppEnvironment, BuilderRpc, PreviewGateRpc, SourceTree } from "../../worker/contract/preview-rpc.ts";
import type { ProviderCode, ProviderOutcome, SignInState } from "../../worker/contract/sign-in-rpc.ts";

const trees = new Map<string, SourceTree>();
const appMails: { projectId: string; mail: AppMail }[] = [];
const reads = new Map<string, number>();
/** The revision that each visitor without a cookie sees. */
const visits = new Map<string, number>();
/** The environments of apps, by project and target. */
const environments = new Map<string, AppEnvironment>();
/** The projects at chosen names and domains. */
const hosts = new Map<string, string>();
/** The links in mails, by address. */
const mails = new Map<string, string[]>();
const faults: PreviewFault[] = [];
const secret = "abcdefghijklmnopqrstuvwxyz";

export class PreviewGate extends WorkerEntrypoint implements PreviewGateRpc {
  /** For tests: the next result of `readTree`. */
  async put(tree: SourceTree): Promise<void> {
    trees.set(`${tree.projectId}@${tree.revision}`, tree);
  }

  /** For tests: how often a tree was read. */
  async reads(key: string): Promise<number> {
    return reads.get(key) ?? 0;
  }

  /** For tests: deletes a project. */
  async remove(projectId: string): Promise<void> {
    for (const key of trees.keys()) if (key.startsWith(`${projectId}@`)) trees.delete(key);
  }

  /** For tests: adds a file of so many bytes to a tree. */
  async enlarge(key: string, bytes: number): Promise<void> {
    trees.get(key)?.files.push({ path: "public/large.txt", content: "x".repeat(bytes), encoding: "utf-8" });
  }

  /** For tests: states the files that a tree's import left out. */
  async leaveOut(key: string, skipped: SkippedFile[]): Promise<void> {
    const tree = trees.get(key);
    if (tree !== undefined) trees.set(key, { ...tree, skipped });
  }

  async reportFault(fault: PreviewFault): Promise<void> {
    faults.push(fault);
  }

  /** For tests: the reported failures of a project. */
  async faults(projectId: string): Promise<PreviewFault[]> {
    return faults.filter((fault) => fault.projectId === projectId);
  }

  /** For tests: sets an app's variables, secrets and grants. */
  async putEnvironment(projectId: string, target: string, environment: AppEnvironment): Promise<void> {
    environments.set(`${projectId} ${target}`, environment);
  }

  async readAppEnvironment(projectId: string, target: "preview" | "public"): Promise<AppEnvironment> {
    return environments.get(`${projectId} ${target}`) ?? { variables: {}, secrets: {}, grants: [] };
  }

  async readTree(capability: string): Promise<SourceTree> {
    const tree = trees.get(capability);
    if (tree === undefined) throw new Error("capability_refused");
    reads.set(capability, (reads.get(capability) ?? 0) + 1);
    return tree;
  }

  /** A token is `<project>@<revision>`, and opens only the host whose label is the project. */
  async enter(host: string, token: string) {
    const [projectId = "", revision] = token.split("@");
    if (!isHostOf(host, projectId) || !trees.has(token)) return null;
    return {
      projectId,
      revision: Number(revision),
      cookie: token.replace("@", "."),
      maxAgeSeconds: 3600,
      handover: token,
    };
  }

  /** The cookieless host of a project is `<label>-<secret>`, and its secret names no visitor here. */
  async enterWithoutCookie(host: string, handover: string, visitor: string) {
    const [projectId = "", revision] = handover.split("@");
    if (!isHostOf(host, projectId) || !trees.has(handover)) return null;
    visits.set(`${projectId} ${visitor}`, Number(revision));
    return host.replace(".", `-${secret}.`);
  }

  /** For tests: gives a project a name or a domain. */
  async give(host: string, projectId: string): Promise<void> {
    hosts.set(host, projectId);
  }

  async publishedAt(host: string): Promise<string | null> {
    return hosts.get(host) ?? null;
  }

  async stagedAt(host: string): Promise<string | null> {
    return hosts.get(host) ?? null;
  }

  /** For tests: the links that were mailed to an address, the oldest first. */
  async mailed(to: string): Promise<string[]> {
    return mails.get(to) ?? [];
  }

  async canMailVisitors(): Promise<boolean> {
    return true;
  }

  async mailVisitor({ to, link }: VisitorMail): Promise<void> {
    mails.set(to, [...(mails.get(to) ?? []), link]);
  }

  async signSignInState(state: SignInState): Promise<string> {
    return JSON.stringify(state);
  }

  async openSignInState(signed: string): Promise<SignInState | null> {
    return JSON.parse(signed);
  }

  /** No provider knows this gate's apps: test/worker/preview/provider-sign-in.security.test.ts has stand-ins of both. */
  async exchangeSignIn(_code: ProviderCode): Promise<ProviderOutcome> {
    return { problem: "refused" };
  }

  /** Mails of apps, for tests to read. */
  async sendAppMail(projectId: string, mail: AppMail): Promise<string | null> {
    if (mail.kind === "message" && !mail.hasAgreed && mail.to !== "owner@example.com") return "not agreed";
    appMails.push({ projectId, mail });
    return null;
  }

  /** For tests: the mails of a project. */
  async mailsOf(projectId: string): Promise<AppMail[]> {
    return appMails.filter((one) => one.projectId === projectId).map(({ mail }) => mail);
  }

  /** A model that repeats a question, and returns any other request. */
  async appMessages(projectId: string, input: unknown): Promise<AppMessages> {
    const { messages, stream } = input as { messages?: { content: unknown }[]; stream?: boolean };
    const [first] = messages ?? [];
    if (first === undefined) return { ok: true, message: { projectId, input } };
    const message = { content: [{ type: "text", text: `You said: ${first.content}` }] };
    if (!stream) return { ok: true, message };
    return { ok: true, stream: new Response("event: message_stop\ndata: {}\n\n").body as ReadableStream<Uint8Array> };
  }

  /** An account has 64 MB for the files of each target here. */
  async reserveFiles(_projectId: string, _target: string, bytes: number): Promise<string | null> {
    return bytes <= 64 * 1024 * 1024 ? null : "The account's apps may have 64 MB of files.";
  }

  async admit(host: string, cookie: string | null, visitor: string) {
    if (cookie === null) {
      const label = host.split(".", 1)[0] ?? "";
      const id = label.replace("prj-", "prj_").replace(`-${secret}`, "");
      const revision = label.endsWith(secret) ? visits.get(`${id} ${visitor}`) : undefined;
      return revision === undefined ? null : { projectId: id, revision, capability: `${id}@${revision}` };
    }
    const [projectId = "", revision] = cookie.split(".");
    if (!isHostOf(host, projectId)) return null;
    return { projectId, revision: Number(revision), capability: `${projectId}@${revision}` };
  }
}

const isHostOf = (host: string, projectId: string): boolean => host.split(".", 1)[0] === projectId.replace("_", "-");

/** The preview Worker's memory figure, beside the API Worker's own calls. */
type BundlerMemory = { bundlerPeakBytes(): Promise<number> };

export default {
  /**
   * For tests outside the runtime: stores a tree (PUT), and builds it (PATCH) or publishes it (POST), which return the
   * report; or deletes a project (DELETE). GET returns the bundler's peak memory in bytes.
   */
  async fetch(request: Request, env: { BUILDER?: BuilderRpc & BundlerMemory }): Promise<Response> {
    if (request.method === "GET") return Response.json((await env.BUILDER?.bundlerPeakBytes()) ?? 0);
    const tree: SourceTree = await request.json();
    const { projectId, revision } = tree;
    const key = `${projectId}@${revision}`;
    if (request.method === "DELETE") {
      for (const known of trees.keys()) if (known.startsWith(`${projectId}@`)) trees.delete(known);
      await env.BUILDER?.forget(projectId);
      return new Response(null, { status: 204 });
    }
    trees.set(key, tree);
    if (request.method === "PUT" || env.BUILDER === undefined) return new Response(null, { status: 204 });
    return Response.json(
      request.method === "POST"
        ? await env.BUILDER.publish(key, projectId, revision, revision)
        : await env.BUILDER.prepare(key, projectId, revision),
    );
  },
};
