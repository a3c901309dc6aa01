import type { PrefetchedCompletion } from "../../agents/index.ts";
import type { Config } from "../../config/index.ts";
import type { Message } from "../../contract/index.ts";
import type { RunContext } from "../start/project-snapshot.ts";
import type { RunSpec } from "../start/run-spec.ts";
import { ConcurrencyDetector } from "./concurrency-detector.ts";
import { prefetchFirstCompletion } from "./execute-run.ts";

/** A prepared start: the context read when the run was queued, and the completion prefetched with it. */
type Prepared = { runContext: RunContext | null; call: PrefetchedCompletion | null };

const nothing: Prepared = { runContext: null, call: null };

/**
 * Starts a run speculatively: keeps the context read when the run was queued, and prefetches its first completion. Both are valid
 * only if no other run has ended in between, so this tracks which run ended last.
 */
export class SpeculativeStart {
  #prepared: ({ runId: string } & Prepared) | null = null;
  /** The run that ended last; undefined while that is uncertain. */
  #lastEnded: string | null | undefined;
  /** The ends being committed. When two overlap, their order in Postgres is unknown. */
  readonly #commits = new ConcurrencyDetector();

  constructor(hasEnded: boolean) {
    this.#lastEnded = hasEnded ? undefined : null;
  }

  /**
   * Keeps what was read for a run that will begin at once, and calls the model: a request made before anything is written
   * does not wait for the disk. It is out of date if the newest message is not of the run that ended last. Images do not go
   * along: to see that the loop asks for the same costs more than it saves.
   */
  async prepare(config: Config, start: RunSpec, runContext: RunContext, hasImages: boolean): Promise<void> {
    const newest = runContext.messages.at(-1)?.runId ?? null;
    if (newest !== this.#lastEnded) return;
    this.abort();
    const isSentAlong = hasImages || runContext.messages.some(holdsImage);
    const call = isSentAlong ? null : tryPrefetch(config, start, runContext);
    this.#prepared = { runId: start.id, runContext, call };
    await call?.sent;
  }

  openCalls(): number {
    return this.#prepared?.call ? 1 : 0;
  }

  /** What is kept for a run that begins; what is kept for another will be out of date when that begins. */
  consume(runId: string): Prepared {
    const kept = this.#prepared;
    if (kept?.runId !== runId) this.abort();
    this.#prepared = null;
    return kept?.runId === runId ? kept : nothing;
  }

  /** Lets go of what is kept, for this run or for whichever. */
  abort(runId = this.#prepared?.runId): void {
    if (this.#prepared?.runId !== runId) return;
    this.#prepared?.call?.abort();
    this.#prepared = null;
  }

  /** Commits a run's end. @returns what to call when the run has ended here, too */
  async trackCommit(runId: string, commit: () => Promise<void>): Promise<() => void> {
    const isAlone = await this.#commits.ranAlone(commit);
    return () => {
      this.#lastEnded = isAlone ? runId : undefined;
    };
  }

  /** Everything has been forgotten. */
  reset(): void {
    this.abort();
    this.#lastEnded = undefined;
  }
}

const holdsImage = ({ content }: Message): boolean => content.some(({ type }) => type === "image");

/** What goes wrong with a head start goes wrong again when the run begins, and is the run's to tell of. */
function tryPrefetch(...about: Parameters<typeof prefetchFirstCompletion>): PrefetchedCompletion | null {
  try {
    return prefetchFirstCompletion(...about);
  } catch {
    return null;
  }
}
