import type { PreviewLog } from "../../../worker/contract/preview-rpc.ts";

/** How long lines wait for others. */
const flushMs = 250;

/**
 * Collects the lines of outbound requests before they are stored. The runtime holds an object's answers until its writes
 * are on disk, so that a write for each request would delay the next one's admission.
 */
export class LineBuffer {
  readonly #store: (lines: PreviewLog[]) => void;
  #lines: PreviewLog[] = [];

  /** @param store called with the lines of a quarter of a second */
  constructor(store: (lines: PreviewLog[]) => void) {
    this.#store = store;
  }

  add(line: PreviewLog): void {
    if (this.#lines.push(line) === 1) setTimeout(() => this.flush(), flushMs);
  }

  /** Stores the lines at once, for a reader of the log. */
  flush(): void {
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length > 0) this.#store(lines);
  }
}
