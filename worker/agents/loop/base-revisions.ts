import type { FileAccess, StoredStep } from "../ports.ts";

/**
 * Tracks the revision at which the agent last read or wrote each path. Batches are made against it, so that a
 * concurrent change is merged or refused, never overwritten.
 */
export class BaseRevisions {
  /** The base of a path that the agent never accessed: the tree when the run began. */
  #start: number;
  readonly #paths = new Map<string, number>();

  constructor(start: number) {
    this.#start = start;
  }

  /**
   * Rebuilds the bases from the stored steps.
   * @param head the head revision when no step is stored yet
   */
  static from(steps: StoredStep[], head: number): BaseRevisions {
    const bases = new BaseRevisions(steps[0]?.turn.head ?? head);
    for (const step of steps) {
      const inOrder = [...step.results].sort(([one], [other]) => one - other);
      for (const [, result] of inOrder) if (result.touched) bases.add(result.touched);
    }
    return bases;
  }

  add({ how, revision, paths }: FileAccess): void {
    if (how === "wrote") this.#advance(revision);
    for (const path of paths) this.#paths.set(path, revision);
  }

  /** Returns the lowest base of the paths. */
  of(paths: string[]): number {
    return Math.min(...paths.map((path) => this.#paths.get(path) ?? this.#start));
  }

  /**
   * Moves every base that was current before the agent's own write to the new revision, so that the write does not
   * conflict with later ones.
   */
  #advance(revision: number): void {
    if (this.#start === revision - 1) this.#start = revision;
    for (const [path, base] of this.#paths) if (base === revision - 1) this.#paths.set(path, revision);
  }
}
