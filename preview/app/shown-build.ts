import type { ServerCode } from "../project/server.ts";
import { LastVisit } from "../services/last-visit.ts";
import type { AppClock } from "../time/app-clock.ts";
import type { BuildStore, KeptBuild } from "./build-store.ts";
import { answerAsset } from "./serve-app.ts";

/** The build that the preview last served. Its alarms and crons run. */
export class ShownBuild {
  readonly #lastVisit: LastVisit;
  #build: KeptBuild | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#lastVisit = new LastVisit(storage);
  }

  /** Serves a static file of the build to the app's own server. */
  asset(request: Request, store: BuildStore): Response {
    const build = this.#build;
    return build === null ? new Response("Not found", { status: 404 }) : answerAsset(request, { build, store });
  }

  /** Records a visit and makes its build the shown build. */
  async visit(build: KeptBuild, clock: AppClock): Promise<void> {
    const before = this.#build;
    this.#build = build;
    const wasAtRest = this.#lastVisit.note(build.revision);
    if (before?.revision !== build.revision) await clock.setCrons(build.server?.crons ?? []);
    if (wasAtRest) await clock.resume();
  }

  /** Returns the code that alarms and crons run: the code of the latest visit, for a day after the visit. */
  codeAtRest(builds: BuildStore): ServerCode | null {
    const revision = this.#lastVisit.revision();
    if (revision === null) return null;
    this.#build ??= builds.get(revision, null);
    return this.#build?.server ?? null;
  }
}
