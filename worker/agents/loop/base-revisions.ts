import type { FileAccess, StoredStep } from "../ports.ts";

/**
 * At which revision the agent last read or wrote each path: what its batches are made against, so that a change
 * somebody made since is merged or refused, never overwritten.
 */
export class BaseRevisions {
  /** The base of a path the agent never touched: it knew the tree as it was when the run began. */
  #start: number;
  readonly #paths = new Map<string, number>();

  constructor(start: number) {
    this.#start = start;
  }

  /** Rebuilds the bases from what is stored. @param head the head where nothing is stored yet */
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

  /** The smallest base of some paths. */
  of(paths: string[]): number {
    return Math.min(...paths.map((path) => this.#paths.get(path) ?? this.#start));
  }

  /** The agent's own write is no news to it: what was known at the revision before is known at this one. */
  #advance(revision: number): void {
    if (this.#start === revision - 1) this.#start = revision;
    for (const [path, base] of this.#paths) if (base === revision - 1) this.#paths.set(path, revision);
  }
}
