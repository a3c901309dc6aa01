import { DurableObject } from "cloudflare:workers";
import type { DataAnswer, DataOperation } from "../../worker/contract/data-rpc.ts";
import type {
  AppRequest,
  AppResponse,
  BuildReport,
  BuildSummary,
  Diagnostic,
  PreviewLog,
} from "../../worker/contract/preview-rpc.ts";
import type { Environment } from "../environment.ts";
import { type Grant, REFUSED, takeGrant, takeSession } from "../gateway/access-headers.ts";
import { RESERVED } from "../gateway/client-script.ts";
import { refusedPage } from "../gateway/pages.ts";
import { Registry } from "../packages/registry.ts";
import { AppPeople } from "../people/app-people.ts";
import { withUser } from "../people/user-header.ts";
import type { ServerCode } from "../project/server.ts";
import { HostedServices, type ServiceCall } from "../services/hosted-services.ts";
import type { OwnSchedule } from "../time/own-schedule.ts";
import { ToolIsolates } from "../tools/tool-isolates.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { answerPreview } from "./answer-preview.ts";
import { appGateways } from "./app-gateways.ts";
import { PREVIEW_LEVELS, readBrowserLog } from "./browser-log.ts";
import { BuildAttempts } from "./build-attempts.ts";
import type { ProjectBuild } from "./build-project.ts";
import { buildRevision } from "./build-revision.ts";
import { BuildStore, type KeptBuild } from "./build-store.ts";
import { checkRevision } from "./check-revision.ts";
import { AppData } from "./data/app-data.ts";
import { AppSettings, type Passage } from "./egress/app-settings.ts";
import { LogStore } from "./log-store.ts";
import { logLinesOf, mapBrowserLog, mapServerLog } from "./map-log-positions.ts";
import { type ObjectCall, takeObject } from "./object-gateway.ts";
import { RunningApp } from "./running-app.ts";
import { ShownBuild } from "./shown-build.ts";
import { singleFlight } from "./single-flight.ts";
import { startFailure } from "./start-failure.ts";
import type { StoreCaller } from "./stores/store-gateway.ts";
import { summarizeBuild } from "./summarize-build.ts";
import { toAppResponse, toRequest } from "./tool-request.ts";
import { TypeChecks } from "./type-checks.ts";

const TOMBSTONE_KEY = "forgotten";

/** The Durable Object of one project's preview, named by the project's id: its builds, its log and its running app. */
export class PreviewApp extends DurableObject<Environment> {
  readonly #running: RunningApp;
  readonly #settings: AppSettings;
  readonly #data: AppData;
  readonly #registry: Registry;
  readonly #runner: ToolRunner;
  readonly #building = new Map<number, Promise<KeptBuild>>();
  readonly #checking = new Map<number, Promise<Diagnostic[]>>();
  readonly #summarizing = new Map<number, ReturnType<typeof summarizeBuild>>();
  readonly #types = new TypeChecks();
  readonly #attempts: BuildAttempts;
  readonly #services: HostedServices;
  readonly #shown: ShownBuild;
  #builds: BuildStore;
  #logs: LogStore;
  #people: AppPeople | null = null;

  constructor(state: DurableObjectState, env: Environment) {
    super(state, env);
    this.#builds = new BuildStore(state.storage, env.BUILD_EPOCH ?? "");
    this.#logs = new LogStore(state.storage);
    this.#attempts = new BuildAttempts(state.storage);
    this.#registry = new Registry(env.NPM_REGISTRY);
    this.#runner = new ToolIsolates(env.LOADER, this.#registry);
    const app = { projectId: this.#projectId(), kind: "preview" } as const;
    this.#settings = new AppSettings(env, app.projectId, "preview");
    const report = (line: PreviewLog, codeId: string) => this.log([line], codeId);
    this.#running = new RunningApp(state, env.LOADER, {
      name: app.projectId,
      ...appGateways(state, app),
      variables: () => this.#settings.variables(),
      report,
    });
    this.#data = new AppData(state, this.#running);
    this.#shown = new ShownBuild(state.storage);
    this.#services = new HostedServices({
      storage: state.storage,
      environment: env,
      app,
      running: this.#running,
      code: () => (this.#isDeleted() ? null : this.#shown.codeAtRest(this.#builds)),
      log: report,
    });
  }

  /**
   * Serves a visitor's request from the gateway. A cookie may outlive its project: reading the project's files is then
   * refused, and so is the visitor.
   */
  override async fetch(request: Request): Promise<Response> {
    const forObject = takeObject(request);
    if (forObject !== null) return this.#running.fetchObject(forObject);
    if (this.#isDeleted()) return this.#refused();
    const { grant, headers: granted } = takeGrant(request.headers);
    const { session, headers: anonymous } = takeSession(granted);
    if (new URL(request.url).pathname === `${RESERVED}logs`) return this.#browserLog(request);
    const headers = withUser(anonymous, this.people().user(session));
    const { url, method, body } = request;
    const served = this.#services.fetch(request);
    if (served !== null) return served;
    try {
      return await this.#answer(new Request(url, { method, headers, body, redirect: "manual" }), grant);
    } catch (failure) {
      if (failure instanceof Error && failure.message.includes(REFUSED)) return this.#refused();
      throw failure;
    }
  }

  /** Returns the preview's user accounts, for the gateway and the owner's API. */
  people(): AppPeople {
    const [isServed, endSockets] = [() => !this.#isDeleted(), () => this.#running.stop()];
    this.#people ??= new AppPeople(this.ctx.storage, { isServed, endSockets, settings: this.#settings });
    return this.#people;
  }

  /** Builds a revision; concurrent calls share one build. */
  async build(grant: Grant): Promise<BuildReport> {
    return (await this.#built(grant)).report;
  }

  /** Builds a revision and type-checks it. Type errors are reported and do not stop the app. */
  async check(grant: Grant): Promise<BuildReport> {
    const { ok, diagnostics } = await this.build(grant);
    const findings = ok ? await this.#checked(grant) : [];
    return { ok, diagnostics: [...diagnostics, ...findings] };
  }

  /** Summarizes a revision's build. Measures file sizes on request, so that no build waits for them. */
  async buildSummary(grant: Grant): Promise<BuildSummary> {
    const [build, { revision }] = [await this.#built(grant), grant];
    const summary = await singleFlight(this.#summarizing, revision, () => summarizeBuild(build, this.#builds));
    const kept = this.#builds.findings(revision);
    const types = this.#types.findings({ ok: build.report.ok, revision, kept, check: () => this.#checked(grant) });
    return { ...summary, types };
  }

  /** Reads the stored package plan for a key, so that a publication installs the same versions. */
  keptPlan(key: string): string | null {
    return this.#builds.keptPlan(key);
  }

  /** Reads or writes the app's data for its owner. */
  data(operation: DataOperation): Promise<DataAnswer> {
    return this.#data.answer(operation);
  }

  /** Calls one of the app's Durable Objects for the app's own code. */
  callObject(call: ObjectCall): Promise<unknown> {
    return this.#running.callObject(call);
  }

  /** Executes a call from the app's isolate to the platform's services. */
  serve(call: ServiceCall): Promise<unknown> {
    return this.#services.serve(call);
  }

  /** Runs the app's due alarms and crons. */
  override async alarm(): Promise<void> {
    await this.#services.clock.run();
  }

  schedule(): OwnSchedule {
    return this.#services.schedule();
  }

  /** Forwards a call of the app's own code to one of its D1 databases or KV namespaces. */
  fetchStore(caller: StoreCaller, request: Request): Promise<Response> {
    return this.#running.fetchStore(caller, request);
  }

  /** Serves a static file of the latest build to the app's own server. */
  asset(url: string, method: string, headers: [string, string][]): Response {
    return this.#shown.asset(new Request(url, { method, headers }), this.#builds);
  }

  /** Decides on an outbound request of the app's server, for the egress gate. */
  admitOutbound(address: string, method: string, isAgain: boolean): Promise<Passage> {
    return this.#settings.admit(address, method, isAgain);
  }

  /** Invalidates the cached variables, secrets and grants. */
  environmentChanged(): void {
    this.#settings.changed();
  }

  /** Sends one request of an agent's tool to the app. */
  async request(grant: Grant, request: AppRequest): Promise<AppResponse> {
    return toAppResponse(await this.#answer(toRequest(request), grant));
  }

  /** Appends the lines received by the tail of the app's server. */
  log(lines: PreviewLog[], codeId: string): void {
    if (this.#isDeleted()) return;
    this.#logs.append(lines.map((line) => mapServerLog(this.#settings.redacted(line), codeId, this.#builds)));
  }

  logs(limit: number): PreviewLog[] {
    return this.#logs.newest(limit);
  }

  async clearData(): Promise<void> {
    this.#running.clearData();
    await this.#services.clear();
  }

  /** Closes the sockets and streams of visitors whose access was revoked. The app's data stays. */
  endVisits(): void {
    this.#running.stop();
  }

  /** Deletes the project's data and leaves a tombstone, since a link, a cookie or a build may still be in use. */
  async forget(): Promise<void> {
    this.#running.clearData();
    await this.#services.forget();
    this.#settings.forget();
    this.#data.clear();
    await this.ctx.storage.deleteAll();
    this.#people = null;
    this.#builds = new BuildStore(this.ctx.storage, this.env.BUILD_EPOCH ?? "");
    this.#logs = new LogStore(this.ctx.storage);
    this.ctx.storage.kv.put(TOMBSTONE_KEY, true);
  }

  #refused(): Response {
    return refusedPage(this.env.APP_URL, this.#projectId());
  }

  #isDeleted(): boolean {
    return this.ctx.storage.kv.get<boolean>(TOMBSTONE_KEY) ?? false;
  }

  async #answer(request: Request, grant: Grant): Promise<Response> {
    const build = await this.#built(grant);
    await this.#shown.visit(build, this.#services.clock);
    const run = (server: ServerCode, passed: Request) => this.#run(server, passed, build.revision);
    return answerPreview(request, { build, store: this.#builds, run, showsErrors: true });
  }

  /** Sends a request to the app's server. Logs failures to start; the tail reports exceptions of running code. */
  async #run(server: ServerCode, request: Request, revision: number): Promise<Response> {
    try {
      await this.#data.beforeRevision(revision);
      return await this.#running.fetch(server, request);
    } catch (failure) {
      this.log(startFailure(failure), server.id);
      throw failure;
    }
  }

  async #built(grant: Grant): Promise<KeptBuild> {
    if (this.#isDeleted()) throw new Error(REFUSED);
    return singleFlight(this.#building, grant.revision, () => this.#readOrBuild(grant));
  }

  async #checked(grant: Grant): Promise<Diagnostic[]> {
    const means = { registry: this.#registry, builds: this.#builds, runner: this.#runner };
    return singleFlight(this.#checking, grant.revision, () =>
      checkRevision(this.env, grant, { projectId: this.#projectId(), ...means }),
    );
  }

  async #readOrBuild(grant: Grant): Promise<KeptBuild> {
    const { revision } = grant;
    const kept = this.#builds.get(revision);
    if (kept !== null) return kept;
    const { app, keep } = await this.#build(grant);
    if (this.#isDeleted()) throw new Error(REFUSED);
    this.#logs.append(logLinesOf(app.report));
    return keep ? this.#builds.put(revision, app) : { revision, ...app };
  }

  #build(grant: Grant): Promise<ProjectBuild> {
    return buildRevision(this.env, grant, {
      projectId: this.#projectId(),
      attempts: this.#attempts,
      registry: this.#registry,
      plans: this.#builds.plans,
      runner: this.#runner,
      mode: "development",
    });
  }

  async #browserLog(request: Request): Promise<Response> {
    const line = await readBrowserLog(request, PREVIEW_LEVELS);
    if (line !== null) this.#logs.append([mapBrowserLog(this.#settings.redacted(line), this.#builds)]);
    return new Response(null, { status: line === null ? 400 : 204 });
  }

  #projectId(): string {
    if (this.ctx.id.name === undefined) throw new Error("A preview's object is named by its project.");
    return this.ctx.id.name;
  }
}
