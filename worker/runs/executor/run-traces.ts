import type { Config } from "../../config/index.ts";
import { messageOf } from "../../errors.ts";
import {
  type Background,
  continueWork,
  finishWork,
  type LogLevel,
  log,
  reporterOf,
  type Timings,
  withTimings,
  workContext,
} from "../../monitoring/index.ts";
import type { RunSpec } from "../start/run-spec.ts";

type Traced = Pick<RunSpec, "id" | "ownerId" | "origin">;

/** The traces of a Session's runs: each continues that of the request that started it. */
export class RunTraces {
  readonly #works = new Map<string, Timings>();

  /** Returns the work of a run, whose spans `trace` ends. A prefetched completion begins it before the run does. */
  workOf({ id, ownerId, origin }: Traced): Timings {
    const known = this.#works.get(id);
    if (known) return known;
    const work = continueWork("run", origin);
    work.spans.ownerId = ownerId;
    this.#works.set(id, work);
    return work;
  }

  /** Executes a part of a run, from a start or an answer to its end or to a question, and ends its spans. */
  async trace(start: Traced, threshold: LogLevel, part: () => Promise<void>): Promise<void> {
    const work = this.workOf(start);
    const [at, from] = [Date.now(), performance.now()];
    let ok = false;
    try {
      await withTimings(work, part);
      ok = true;
    } finally {
      this.#works.delete(start.id);
      finishWork(work, threshold, { kind: "run", name: "run", at, ms: performance.now() - from, ok });
    }
  }

  /** Drops a run that was not queued. */
  drop(runId: string): void {
    this.#works.delete(runId);
  }

  /** Logs and reports an error of a run, or of the queue where no run is known. */
  report(config: Config, background: Background, error: unknown, start: Traced | null): void {
    const context = { route: "run", runId: start?.id, ownerId: start?.ownerId };
    const capture = () => {
      log(config.logLevel, "error", { event: "run", ...workContext(), ...context, error: messageOf(error) });
      reporterOf(config, background).capture(error, context);
    };
    if (start === null) capture();
    else withTimings(this.#works.get(start.id) ?? continueWork("run", start.origin), capture);
  }

  /** Drops the runs that have not ended. */
  clear(): void {
    this.#works.clear();
  }
}
