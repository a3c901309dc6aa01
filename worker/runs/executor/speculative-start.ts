import type { PrefetchedCompletion } from "../../agents/index.ts";
import type { Config } from "../../config/index.ts";
import type { Message } from "../../contract/index.ts";
import type { RunContext } from "../start/project-snapshot.ts";
import type { RunSpec } from "../start/run-spec.ts";
import { ConcurrencyDetector } from "./concurrency-detector.ts";
import { prefetchFirstCompletion } from "./execute-run.ts";

/** A prepared start: the context read when the run was queued, and the completion prefetched with it. */
type Prepared = { runContext: RunContext | null; call: PrefetchedCompletion | null };

/** The runtime writes a request's body to its connection in pieces of this size, each in a turn of the event loop. */
const pieceBytes = 8_192;
/** The maximum number of a request's pieces that the run's row waits for. */
const maxPieces = 16;

const nothing: Prepared = { runContext: null, call: null };

/**
 * Starts a run speculatively: keeps the context that was read when the run was queued, and prefetches its first
 * completion. Both are valid only when no other run has ended in between, so this class tracks which run ended last.
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
   * Keeps the context of a run that will start at once, and prefetches its first completion: a request made before
   * anything is written does not wait for the disk. Does nothing when the newest message does not belong to the run
   * that ended last, which makes the context stale. Prompts with images are not prefetched: comparing them with the
   * loop's request costs more than it saves.
   */
  async prepare(config: Config, start: RunSpec, runContext: RunContext, hasImages: boolean): Promise<void> {
    const newest = runContext.messages.at(-1)?.runId ?? null;
    if (newest !== this.#lastEnded) return;
    this.abort();
    const isSentAlong = hasImages || runContext.messages.some(holdsImage);
    const call = isSentAlong ? null : tryPrefetch(config, start, runContext);
    this.#prepared = { runId: start.id, runContext, call };
    if (!call) return;
    await takenByConnection(await call.begun);
  }

  openCalls(): number {
    return this.#prepared?.call ? 1 : 0;
  }

  /**
   * Returns and removes the prepared start of a run that starts. Aborts the prepared start of another run, which would be
   * stale when that run starts.
   */
  consume(runId: string): Prepared {
    const kept = this.#prepared;
    if (kept?.runId !== runId) this.abort();
    this.#prepared = null;
    return kept?.runId === runId ? kept : nothing;
  }

  /** Aborts the prepared start of a run; by default of any run. */
  abort(runId = this.#prepared?.runId): void {
    if (this.#prepared?.runId !== runId) return;
    this.#prepared?.call?.abort();
    this.#prepared = null;
  }

  /**
   * Commits a run's end.
   * @returns a function to call when the run has ended in this object as well
   */
  async trackCommit(runId: string, commit: () => Promise<void>): Promise<() => void> {
    const isAlone = await this.#commits.ranAlone(commit);
    return () => {
      this.#lastEnded = isAlone ? runId : undefined;
    };
  }

  /** Resets the state after all data was deleted. */
  reset(): void {
    this.abort();
    this.#lastEnded = undefined;
  }
}

/**
 * Waits until the connection has taken a request that `fetch` has begun: its bytes are written in later turns of the
 * event loop, and the disk sync of the run's row would delay the rest of them by its whole duration. Counts turns instead
 * of time, since on a busy machine no turn may pass within a short time.
 */
async function takenByConnection(characters: number): Promise<void> {
  const turns = Math.min(Math.ceil(characters / pieceBytes), maxPieces) + 1;
  for (let turn = 0; turn < turns; turn += 1) await scheduler.wait(0);
}

const holdsImage = ({ content }: Message): boolean => content.some(({ type }) => type === "image");

/** Prefetches the first completion. Ignores errors: they recur when the run starts, which reports them. */
function tryPrefetch(...about: Parameters<typeof prefetchFirstCompletion>): PrefetchedCompletion | null {
  try {
    return prefetchFirstCompletion(...about);
  } catch {
    return null;
  }
}
