import type { ProjectBuild } from "../app/build-project.ts";

/** How long a prepared build stays in memory without a publication. */
const PREPARED_MS = 30_000;

/**
 * Holds a build until its revision is published. The build is only in memory: a publication either follows at once or
 * builds again.
 */
export class PreparedBuild {
  #prepared: { revision: number; build: Promise<ProjectBuild> } | null = null;

  /** Returns the prepared build of a revision, running or finished, or starts one. */
  get(revision: number, start: () => Promise<ProjectBuild>): Promise<ProjectBuild> {
    if (this.#prepared?.revision === revision) return this.#prepared.build;
    const prepared = { revision, build: start() };
    this.#prepared = prepared;
    const forget = () => {
      if (this.#prepared === prepared) this.#prepared = null;
    };
    prepared.build.then(() => scheduler.wait(PREPARED_MS)).then(forget, forget);
    return prepared.build;
  }

  /** Drops the build after its publication. */
  clear(): void {
    this.#prepared = null;
  }
}
