import { WorkerEntrypoint } from "cloudflare:workers";
import type { DataAnswer, DataOperation, DataTarget } from "../worker/contract/data-rpc.ts";
import type {
  AppKind,
  Invitation,
  PeopleOf,
  PeopleRpc,
  PersonRecord,
  VisitorAccess,
} from "../worker/contract/people-rpc.ts";
import type { CallTrace } from "../worker/contract/preview-fault.ts";
import type {
  AppRequest,
  AppResponse,
  BuilderRpc,
  BuildReport,
  BuildSummary,
  PackageInfo,
  PackageQuery,
  PreviewLog,
} from "../worker/contract/preview-rpc.ts";
import type { ScheduledCall, ScheduleRun } from "../worker/contract/schedules-rpc.ts";
import type { VisitDay } from "../worker/contract/visit-rpc.ts";
import { publicObjectOf } from "./app/hosted-app.ts";
import type { PreviewApp } from "./app/preview-app.ts";
import { streamTypes } from "./app/stream-types.ts";
import { withTrace } from "./call-trace.ts";
import { esbuildPeakBytes } from "./engine/esbuild.ts";
import type { Environment } from "./environment.ts";
import { cachedRegistry, packageInfo } from "./packages/info/index.ts";
import type { PublicApp } from "./public/public-app.ts";

/** The RPC interface of previews for the API Worker. Forwards each call to the project's Durable Object. */
export class Builder extends WorkerEntrypoint<Environment> implements BuilderRpc, PeopleRpc {
  build(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport> {
    return withTrace("build", trace, async () => this.#app(projectId).check({ capability, revision }));
  }

  prepare(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport> {
    return withTrace("prepare", trace, async () => this.#app(projectId).build({ capability, revision }));
  }

  buildSummary(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildSummary> {
    return withTrace("buildSummary", trace, async () => this.#app(projectId).buildSummary({ capability, revision }));
  }

  async projectTypes(capability: string, projectId: string, revision: number, known: string) {
    return streamTypes(this.env, { capability, revision }, projectId, known);
  }

  request(capability: string, projectId: string, revision: number, request: AppRequest): Promise<AppResponse> {
    return this.#app(projectId).request({ capability, revision }, request);
  }

  async logs(projectId: string, limit: number): Promise<PreviewLog[]> {
    return this.#app(projectId).logs(limit);
  }

  async publishedLogs(projectId: string, limit: number): Promise<PreviewLog[]> {
    return this.#publicApp(projectId).logs(limit);
  }

  async stagedLogs(projectId: string, limit: number): Promise<PreviewLog[]> {
    return this.#stagedApp(projectId).logs(limit);
  }

  async schedules(projectId: string, target: AppKind): Promise<ScheduledCall[]> {
    using schedule = await this.#schedule(projectId, target);
    return await schedule.list();
  }

  async runSchedule(projectId: string, target: AppKind, id: string): Promise<ScheduleRun> {
    using schedule = await this.#schedule(projectId, target);
    return await schedule.run(id);
  }

  async visits(projectId: string, from: string, to: string): Promise<VisitDay[]> {
    return this.#publicApp(projectId).visits(from, to);
  }

  packageInfo(query: PackageQuery): Promise<PackageInfo | { problem: string }> {
    return packageInfo(cachedRegistry(this.env.NPM_REGISTRY), query);
  }

  /** Returns the peak WebAssembly memory of this isolate's bundler, in bytes, which the inspector does not count. */
  async bundlerPeakBytes(): Promise<number> {
    return esbuildPeakBytes();
  }

  async clearData(projectId: string): Promise<void> {
    await this.#app(projectId).clearData();
  }

  async data(projectId: string, target: DataTarget, operation: DataOperation): Promise<DataAnswer> {
    return this.#hosted({ projectId, target }).data(operation);
  }

  preparePublication(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport> {
    const prepare = async () => this.#publicApp(projectId).prepare({ capability, revision });
    return withTrace("preparePublication", trace, prepare);
  }

  publish(
    capability: string,
    projectId: string,
    revision: number,
    number: number,
    build?: number,
    staged?: number,
  ): Promise<BuildReport> {
    return this.#publicApp(projectId).publish({ capability, revision }, number, { build, staged });
  }

  prepareStaging(capability: string, projectId: string, revision: number, trace?: CallTrace): Promise<BuildReport> {
    const prepare = async () => this.#stagedApp(projectId).prepare({ capability, revision });
    return withTrace("prepareStaging", trace, prepare);
  }

  async stage(capability: string, projectId: string, revision: number, number: number): Promise<BuildReport> {
    return this.#stagedApp(projectId).publish({ capability, revision }, number);
  }

  async discardStaging(projectId: string, number: number): Promise<void> {
    await this.#stagedApp(projectId).discard(number);
  }

  async unpublish(projectId: string, number: number): Promise<void> {
    await this.#publicApp(projectId).unpublish(number);
  }

  async endVisits(projectId: string): Promise<void> {
    await this.#app(projectId).endVisits();
  }

  async environmentChanged(projectId: string): Promise<void> {
    const apps = [this.#app(projectId), this.#publicApp(projectId), this.#stagedApp(projectId)];
    await Promise.all(apps.map((app) => app.environmentChanged()));
  }

  async listPeople(app: PeopleOf, { after, limit }: { after: string | null; limit: number }): Promise<PersonRecord[]> {
    using people = await this.#people(app);
    return await people.list(after, limit);
  }

  async invitePerson(
    app: PeopleOf,
    person: { email: string; name: string; roles: string[] },
  ): Promise<Invitation | null> {
    using people = await this.#people(app);
    return await people.invite(person);
  }

  async updatePerson(
    app: PeopleOf,
    id: string,
    change: { name?: string; roles?: string[] },
  ): Promise<PersonRecord | null> {
    using people = await this.#people(app);
    return await people.update(id, change);
  }

  async removePerson(app: PeopleOf, id: string): Promise<boolean> {
    using people = await this.#people(app);
    return await people.remove(id);
  }

  async visitorAccess(projectId: string): Promise<VisitorAccess> {
    using people = await this.#people({ projectId, target: "public" });
    return await people.access();
  }

  async setVisitorAccess(projectId: string, access: VisitorAccess): Promise<void> {
    using people = await this.#people({ projectId, target: "public" });
    await people.setAccess(access);
  }

  #schedule(projectId: string, target: AppKind) {
    return this.#hosted({ projectId, target }).schedule();
  }

  /** The caller disposes the results of this method and `#schedule`. Until then, the app's object keeps them alive. */
  #people(app: PeopleOf) {
    return this.#hosted(app).people();
  }

  async forget(projectId: string): Promise<void> {
    await this.#app(projectId).forget();
    await Promise.all([this.#publicApp(projectId).forget(), this.#stagedApp(projectId).forget()]);
  }

  #hosted({ projectId, target }: PeopleOf) {
    return target === "preview" ? this.#app(projectId) : publicObjectOf(this.env, { projectId, kind: target });
  }

  #app(projectId: string): DurableObjectStub<PreviewApp> {
    return this.env.APPS.getByName(projectId);
  }

  #publicApp(projectId: string): DurableObjectStub<PublicApp> {
    return publicObjectOf(this.env, { projectId, kind: "public" });
  }

  #stagedApp(projectId: string): DurableObjectStub<PublicApp> {
    return publicObjectOf(this.env, { projectId, kind: "staging" });
  }
}
