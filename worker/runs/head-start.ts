import type { FirstCall } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import type { Message } from "../contract/index.ts";
import { callAhead } from "./execute-run.ts";
import { Overlap } from "./overlap.ts";
import type { RunStart } from "./run-start.ts";
import type { Beginning } from "./start-ground.ts";

/** What a run begins with: what is known of its project, and the call of the model that was made with that. */
type Kept = { known: Beginning | null; call: FirstCall | null };

const nothing: Kept = { known: null, call: null };

/**
 * What was read of the project when a run was queued, kept for the moment it begins. It is good only if no run has ended
 * between the two, so this follows which one ended last.
 */
export class HeadStart {
  #kept: ({ runId: string } & Kept) | null = null;
  /** The run that ended last; undefined while that is not known for sure. */
  #lastEnded: string | null | undefined;
  /** The ends that are being committed. Of two at once, which one Postgres has first is not known. */
  readonly #ends = new Overlap();

  constructor(hasEnded: boolean) {
    this.#lastEnded = hasEnded ? undefined : null;
  }

  /**
   * Keeps what was read for a run that will begin at once, and calls the model: a request made before anything is written
   * does not wait for the disk. It is out of date if the newest message is not of the run that ended last. Images do not go
   * along: to see that the loop asks for the same costs more than it saves.
   */
  async note(config: Config, start: RunStart, known: Beginning, hasImages: boolean): Promise<void> {
    const newest = known.messages.at(-1)?.runId ?? null;
    if (newest !== this.#lastEnded) return;
    this.drop();
    const isSentAlong = hasImages || known.messages.some(holdsImage);
    const call = isSentAlong ? null : called(config, start, known);
    this.#kept = { runId: start.id, known, call };
    await call?.sent;
  }

  held(): number {
    return this.#kept?.call ? 1 : 0;
  }

  /** What is kept for a run that begins; what is kept for another will be out of date when that begins. */
  take(runId: string): Kept {
    const kept = this.#kept;
    if (kept?.runId !== runId) this.drop();
    this.#kept = null;
    return kept?.runId === runId ? kept : nothing;
  }

  /** Lets go of what is kept, for this run or for whichever. */
  drop(runId = this.#kept?.runId): void {
    if (this.#kept?.runId !== runId) return;
    this.#kept?.call?.drop();
    this.#kept = null;
  }

  /** Commits a run's end. @returns what to call when the run has ended here, too */
  async ending(runId: string, commit: () => Promise<void>): Promise<() => void> {
    const isAlone = await this.#ends.during(commit);
    return () => {
      this.#lastEnded = isAlone ? runId : undefined;
    };
  }

  /** Everything has been forgotten. */
  forget(): void {
    this.drop();
    this.#lastEnded = undefined;
  }
}

const holdsImage = ({ content }: Message): boolean => content.some(({ type }) => type === "image");

/** What goes wrong with a head start goes wrong again when the run begins, and is the run's to tell of. */
function called(...about: Parameters<typeof callAhead>): FirstCall | null {
  try {
    return callAhead(...about);
  } catch {
    return null;
  }
}
