import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  AppRequest,
  AppResponse,
  AppTarget,
  BuilderRpc,
  BuildReport,
  BuildSummary,
  PackageInfo,
  PackageQuery,
  PreviewLog,
  ScheduledCall,
} from "../worker/contract/preview-rpc.ts";
import type { PreviewApp } from "./app/preview-app.ts";
import { esbuildPeakBytes } from "./engine/esbuild.ts";
import type { Environment } from "./environment.ts";
import { cachedRegistry, packageInfo } from "./packages/info/index.ts";
import type { PublicApp } from "./public/public-app.ts";

/** The RPC interface of previews for the API Worker. It forwards each call to the project's Durable Object. */
export class Builder extends WorkerEntrypoint<Environment> implements BuilderRpc {
  build(capability: string, projectId: string, revision: number): Promise<BuildReport> {
    return this.#app(projectId).check({ capability, revision });
  }

  prepare(capability: string, projectId: string, revision: number): Promise<BuildReport> {
    return this.#app(projectId).build({ capability, revision });
  }

  buildSummary(capability: string, projectId: string, revision: number): Promise<BuildSummary> {
    return this.#app(projectId).buildSummary({ capability, revision });
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

  async schedules(projectId: string, target: AppTarget): Promise<ScheduledCall[]> {
    return target === "public" ? this.#publicApp(projectId).schedules() : this.#app(projectId).schedules();
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

  preparePublication(capability: string, projectId: string, revision: number): Promise<BuildReport> {
    return this.#publicApp(projectId).prepare({ capability, revision });
  }

  publish(capability: string, projectId: string, revision: number, number: number): Promise<BuildReport> {
    return this.#publicApp(projectId).publish({ capability, revision }, number);
  }

  async unpublish(projectId: string, number: number): Promise<void> {
    await this.#publicApp(projectId).unpublish(number);
  }

  async endVisits(projectId: string): Promise<void> {
    await this.#app(projectId).endVisits();
  }

  async environmentChanged(projectId: string): Promise<void> {
    await Promise.all([this.#app(projectId).environmentChanged(), this.#publicApp(projectId).environmentChanged()]);
  }

  async forget(projectId: string): Promise<void> {
    await this.#app(projectId).forget();
    await this.#publicApp(projectId).forget();
  }

  #app(projectId: string): DurableObjectStub<PreviewApp> {
    return this.env.APPS.getByName(projectId);
  }

  #publicApp(projectId: string): DurableObjectStub<PublicApp> {
    return this.env.PUBLIC_APPS.getByName(projectId);
  }
}
