import { keptVersions } from "../../worker/contract/kept-versions.ts";
import type { BuildReport } from "../../worker/contract/preview-rpc.ts";
import type { ProjectBuild } from "../app/build-project.ts";
import { type BuildCopy, BuildStore, type CopiedPart, type KeptBuild } from "../app/build-store.ts";
import type { HostedApp } from "../app/hosted-app.ts";
import type { Environment } from "../environment.ts";
import type { Grant } from "../gateway/access-headers.ts";
import { buildPublication } from "./build-publication.ts";
import { PreparedBuild } from "./prepared-build.ts";
import { type Publication, PublicationRecord } from "./publication-record.ts";

/** Reads the build of a staging from the object of the project's staged app; null when it is no longer stored there. */
type ReadStaged = (staged: number) => Promise<{ copy: BuildCopy; parts: CopiedPart[] } | null>;

type Origins = { storage: DurableObjectStorage; environment: Environment; app: HostedApp; readStaged: ReadStaged };

/**
 * A build that is already stored.
 * - `build`: the publication that stored it; the new publication by default
 * - `staged`: the staging for which it was built
 */
export type StoredBuild = { build?: number | undefined; staged?: number | undefined };

/** Outcome of a publication: the build's report and, when visitors see it from now on, the build. */
type Outcome = { report: BuildReport; shown: KeptBuild | null };

/** Stores the builds of one published or staged app: the current build and those of earlier publications. */
export class PublishedBuilds {
  readonly #origins: Origins;
  readonly #record: PublicationRecord;
  readonly #prepared = new PreparedBuild();
  /** Created on first use: an object stores nothing before a publication. */
  #store: BuildStore | null = null;
  /** The current build, cached by the first read. */
  #shown: KeptBuild | null = null;

  constructor(origins: Origins) {
    this.#origins = origins;
    this.#record = new PublicationRecord(origins.storage.kv, origins.environment.BUILD_EPOCH ?? "");
  }

  /** Returns the build that visitors see; null when the app is not published. */
  shown(): KeptBuild | null {
    const publication = this.#record.newest();
    const revision = publication?.revision ?? null;
    if (revision === null) return null;
    // Any compiler version: a public app changes when it is published, not when the platform is deployed.
    this.#shown ??= this.store().get(publication?.build ?? revision, null);
    return this.#shown;
  }

  /** Whether the app was ever published, and its project is not deleted. */
  wasPublished(): boolean {
    return this.#record.wasPublished();
  }

  store(): BuildStore {
    const { storage, environment } = this.#origins;
    this.#store ??= new BuildStore(storage, environment.BUILD_EPOCH ?? "", keptVersions);
    return this.#store;
  }

  /** Builds a revision for production without publishing it. */
  prepare(grant: Grant): Promise<ProjectBuild> {
    const { storage, environment, app } = this.#origins;
    const { projectId } = app;
    return this.#prepared.get(grant.revision, () => buildPublication(environment, grant, { storage, projectId }));
  }

  /**
   * Publishes a revision. A failed build, or a publication older than the current one, changes nothing. Builds the
   * revision when its stored build no longer exists: earlier versions of the Worker kept only one build.
   */
  async publish(grant: Grant, number: number, { build = number, staged }: StoredBuild): Promise<Outcome> {
    const { revision } = grant;
    if (number <= this.#record.number()) return { report: { ok: true, diagnostics: [] }, shown: null };
    const kept = this.#record.isBuilt(build, revision) ? this.store().get(build, null) : null;
    if (kept !== null) return this.#show(kept, { number, revision, build });
    const found = staged === undefined ? null : await this.#origins.readStaged(staged);
    if (found !== null) return this.#keep(number, revision, () => this.store().putCopy(number, found));
    const { app } = await this.prepare(grant);
    this.#prepared.clear();
    if (!app.report.ok) return { report: app.report, shown: null };
    return this.#keep(number, revision, () => this.store().put(number, app));
  }

  /**
   * Records that visitors no longer see the app.
   * @returns whether they saw it before
   */
  end(number: number): boolean {
    if (number <= this.#record.number()) return false;
    const wasShown = this.shown() !== null;
    this.#record.put({ number, revision: null });
    this.#shown = null;
    return wasShown;
  }

  /** Whether a change with this number is newer than all recorded changes. */
  isNews(number: number): boolean {
    return number > this.#record.number();
  }

  /** Records the last publication, and drops cached builds before and after all storage of the object is deleted. */
  forget(last: Publication): void {
    this.#record.put(last);
    this.#shown = null;
    this.#store = null;
  }

  #keep(number: number, revision: number, put: () => KeptBuild): Outcome {
    // A newer publication or the project's deletion may have arrived during the build.
    if (!this.isNews(number)) return { report: { ok: true, diagnostics: [] }, shown: null };
    // Without an `await` in between, the runtime commits all writes together.
    const kept = put();
    this.#record.putBuilt(number, revision, (build) => this.store().get(build, null) !== null);
    return this.#show(kept, { number, revision, build: number });
  }

  #show(kept: KeptBuild, publication: Publication): Outcome {
    this.#shown = kept;
    this.#record.put(publication);
    return { report: kept.report, shown: kept };
  }
}
