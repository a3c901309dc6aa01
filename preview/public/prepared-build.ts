import type { ProjectBuild } from "../app/build-project.ts";

/** How long a prepared build waits for its publication. */
const PREPARED_MS = 30_000;

/**
 * A build that waits for its publication. It is held in memory only: a publication follows at once, or builds again.
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

  /** Forgets the build, once it is published. */
  clear(): void {
    this.#prepared = null;
  }
}
