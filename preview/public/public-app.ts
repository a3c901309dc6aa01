import { DurableObject } from "cloudflare:workers";
import type { DataAnswer, DataOperation } from "../../worker/contract/data-rpc.ts";
import type { BuildReport, PreviewLog } from "../../worker/contract/preview-rpc.ts";
import type { VisitDay } from "../../worker/contract/visit-rpc.ts";
import { appGateways } from "../app/app-gateways.ts";
import type { BuildCopy, CopiedPart } from "../app/build-store.ts";
import { AppData } from "../app/data/app-data.ts";
import { AppSettings, type Passage } from "../app/egress/app-settings.ts";
import { environmentOf, type HostedApp, hostedAppOf } from "../app/hosted-app.ts";
import { mapBrowserLog, mapServerLog } from "../app/map-log-positions.ts";
import { type ObjectCall, takeObject } from "../app/object-gateway.ts";
import { RunningApp } from "../app/running-app.ts";
import { answerAsset, serveApp } from "../app/serve-app.ts";
import { startFailure } from "../app/start-failure.ts";
import type { StoreCaller } from "../app/stores/store-gateway.ts";
import type { Environment } from "../environment.ts";
import { type Grant, takeNetwork, takeSession } from "../gateway/access-headers.ts";
import { RESERVED } from "../gateway/client-script.ts";
import { notPublicPage } from "../gateway/pages.ts";
import { isMailAddress } from "../mail/app-mailer.ts";
import { AppPeople } from "../people/app-people.ts";
import { refuseUninvited, withUser } from "../people/user-header.ts";
import { hashOf } from "../project/assets.ts";
import type { ServerCode } from "../project/server.ts";
import { HostedServices, type ServiceCall } from "../services/hosted-services.ts";
import { VISITOR_HEADER } from "../services/isolate-modules.ts";
import type { OwnSchedule } from "../time/own-schedule.ts";
import { withServedReporter } from "./error-reporter.ts";
import { PublicLogs } from "./public-logs.ts";
import { type Publication, TOMBSTONE } from "./publication-record.ts";
import { PublishedBuilds, type StoredBuild } from "./published-builds.ts";
import { readStagedBuild } from "./read-staged-build.ts";
import { tooMany } from "./too-many.ts";
import { VisitCounter } from "./visit-counter.ts";
import { VisitorLimit } from "./visitor-limit.ts";

/**
 * Maximum CPU time for an anonymous visitor's request: a fifth of the limit for the owner's requests in the preview.
 */
const anonymousCpuMs = 2_000;

/**
 * The Durable Object of one published or staged app: a copy of one build, with a database of its own. Named by the
 * project's id and, for a staged app, a suffix. Visitors can create an object for any name, so it stores nothing before a publication.
 */
export class PublicApp extends DurableObject<Environment> {
  readonly #running: RunningApp;
  readonly #settings: AppSettings;
  readonly #data: AppData;
  readonly #limit = new VisitorLimit();
  readonly #services: HostedServices;
  readonly #visits: VisitCounter;
  readonly #app: HostedApp;
  readonly #builds: PublishedBuilds;
  #logs: PublicLogs | null = null;
  #people: AppPeople | null = null;

  constructor(state: DurableObjectState, env: Environment) {
    super(state, env);
    const app = this.#hostedApp();
    const { storage } = state;
    const readStaged = (staged: number) => readStagedBuild(env, app.projectId, staged);
    this.#app = app;
    this.#builds = new PublishedBuilds({ storage, environment: env, app, readStaged });
    this.#settings = new AppSettings(env, app.projectId, environmentOf(app.kind));
    const report = (line: PreviewLog, codeId: string) => this.log([line], codeId);
    this.#running = new RunningApp(state, env.LOADER, {
      name: `${app.kind}:${app.projectId}`,
      ...appGateways(state, app),
      variables: () => this.#settings.variables(),
      report,
      cpuMs: anonymousCpuMs,
    });
    this.#data = new AppData(state, this.#running);
    this.#visits = new VisitCounter(storage);
    this.#services = new HostedServices({
      storage,
      environment: env,
      app,
      running: this.#running,
      code: () => this.#builds.shown()?.server ?? null,
      log: report,
    });
  }

  /** Serves a visitor's request from the gateway. */
  override async fetch(request: Request): Promise<Response> {
    const forObject = takeObject(request);
    if (forObject !== null) return this.#running.fetchObject(forObject);
    const build = this.#builds.shown();
    if (build === null) return notPublicPage();
    const { network, headers: counting } = takeNetwork(request.headers);
    const { session, headers: anonymous } = takeSession(counting);
    const counted = network === null ? null : this.#limit.take(network, Date.now());
    if (counted?.ok === false) return tooMany(request, counted);
    const run = async (server: ServerCode, passed: Request) =>
      withServedReporter(await this.#run(server, passed, build.revision));
    const user = this.people().user(session);
    const refused = refuseUninvited(request, this.people().access(), user);
    if (refused !== null && !isMailAddress(request)) return refused;
    if (new URL(request.url).pathname === `${RESERVED}logs`) return this.#log().report(request, network, this.#mapped);
    const served = this.#services.fetch(request);
    if (served !== null) return served;
    const headers = withUser(anonymous, user);
    const { url, method, body } = request;
    if (network !== null) headers.set(VISITOR_HEADER, await hashOf(`${this.#app.projectId} ${network}`));
    const visited = new Request(url, { method, headers, body, redirect: "manual" });
    const begun = Date.now();
    const response = await serveApp(visited, {
      build,
      store: this.#builds.store(),
      run,
      showsErrors: false,
      isPublic: true,
    });
    if (this.#builds.wasPublished()) this.#visits.count(request, response, Date.now() - begun);
    return response;
  }

  /** Returns the days with visits between two days, the earliest first. It creates no table before a publication. */
  visits(from: string, to: string): VisitDay[] {
    return this.#builds.wasPublished() ? this.#visits.days(from, to) : [];
  }

  /** The app's people, for the gateway and the owner's API. */
  people(): AppPeople {
    const [isServed, endSockets] = [() => this.#builds.shown() !== null, () => this.#running.stop()];
    this.#people ??= new AppPeople(this.ctx.storage, { isServed, endSockets, settings: this.#settings });
    return this.#people;
  }

  readonly #mapped = (line: PreviewLog) => mapBrowserLog(this.#settings.redacted(line), this.#builds.store());

  async #run(server: ServerCode, request: Request, revision: number): Promise<Response> {
    try {
      await this.#data.beforeRevision(revision);
      return await this.#running.fetch(server, request);
    } catch (failure) {
      this.log(startFailure(failure), server.id);
      throw failure;
    }
  }

  /**
   * Appends the lines that the tail of the app's server has received. It drops lines of an app that is no longer
   * public.
   */
  log(lines: PreviewLog[], codeId: string): void {
    if (lines.length === 0 || this.#builds.shown() === null) return;
    const builds = this.#builds.store();
    this.#log().append(lines.map((line) => mapServerLog(this.#settings.redacted(line), codeId, builds)));
  }

  /** Returns the newest log lines of the server and of visitors' pages, oldest first; no lines before a publication. */
  logs(limit: number): PreviewLog[] {
    return this.#builds.wasPublished() ? this.#log().newest(limit) : [];
  }

  /** Reads or writes the app's data for its owner. */
  data(operation: DataOperation): Promise<DataAnswer> {
    return this.#data.answer(operation);
  }

  /** Calls one of the app's Durable Objects for the app's own code. */
  callObject(call: ObjectCall): Promise<unknown> {
    return this.#running.callObject(call);
  }

  /** Executes a call from the app's isolate to the platform. */
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

  /** Decides on an outbound request of the app's server, for the egress gate. */
  admitOutbound(address: string, method: string, isAgain: boolean): Promise<Passage> {
    return this.#settings.admit(address, method, isAgain);
  }

  /** Makes the next request read the variables, secrets and grants again. */
  environmentChanged(): void {
    this.#settings.changed();
  }

  /** Sends a call of the app's own code to one of its D1 databases or KV namespaces. */
  fetchStore(caller: StoreCaller, request: Request): Promise<Response> {
    return this.#running.fetchStore(caller, request);
  }

  /** Serves a static file of the public build to the app's own server. */
  asset(url: string, method: string, headers: [string, string][]): Response {
    const build = this.#builds.shown();
    if (build === null) return new Response("Not found", { status: 404 });
    return answerAsset(new Request(url, { method, headers }), { build, store: this.#builds.store() });
  }

  /** Builds a revision for production without publishing it. */
  async prepare(grant: Grant): Promise<BuildReport> {
    return (await this.#builds.prepare(grant)).app.report;
  }

  /**
   * Publishes a revision. A failed build or a publication older than the current one changes nothing.
   * @param number the publication's number, which grows with each publish and unpublish of the project
   * @param from the stored build that becomes public; the revision is built when there is none
   */
  async publish(grant: Grant, number: number, from: StoredBuild = {}): Promise<BuildReport> {
    const { report, shown } = await this.#builds.publish(grant, number, from);
    if (shown !== null) {
      await this.#services.clock.setCrons(shown.server?.crons ?? []);
      await this.#services.clock.resume();
    }
    return report;
  }

  /** Describes a stored build, for the publication that takes its bytes; null when it is not stored. */
  copyBuild(number: number): BuildCopy | null {
    return this.#builds.wasPublished() ? this.#builds.store().copy(number) : null;
  }

  /** Reads the next parts of a stored build, after a given row. */
  copyParts(number: number, after: number): CopiedPart[] {
    return this.#builds.store().partsAfter(number, after);
  }

  /** Takes the app offline and ends its requests and sockets. Keeps the app's data and its stored versions. */
  async unpublish(number: number): Promise<void> {
    if (!this.#builds.end(number)) return;
    this.#running.stop();
    await this.#services.clock.arm();
  }

  /** Stops the app and deletes its data. A later publication starts with an empty database. */
  async discard(number: number): Promise<void> {
    if (this.#builds.isNews(number)) await this.#clear({ number, revision: null });
  }

  /** Deletes the app with its visitors' data, and leaves a tombstone. */
  forget(): Promise<void> {
    return this.#clear(TOMBSTONE);
  }

  async #clear(last: Publication): Promise<void> {
    this.#builds.forget(last);
    this.#logs = null;
    this.#people = null;
    this.#running.clearData();
    await this.#services.forget();
    this.#settings.forget();
    this.#data.clear();
    this.#visits.forget();
    await this.ctx.storage.deleteAll();
    this.#builds.forget(last);
  }

  #log(): PublicLogs {
    this.#logs ??= new PublicLogs(this.ctx.storage);
    return this.#logs;
  }

  #hostedApp(): HostedApp {
    if (this.ctx.id.name === undefined) throw new Error("A public app's object is named by its project.");
    return hostedAppOf(this.ctx.id.name);
  }
}
