import { countIn, type Histogram } from "../../worker/contract/histogram.ts";
import type { VisitDay } from "../../worker/contract/visit-rpc.ts";
import { isNavigation } from "../app/navigation.ts";
import { VisitStore } from "./visit-store.ts";

/** How long counts are batched before they are stored. A crash loses at most the counts of this time. */
const FLUSH_MS = 5_000;

/** The requests of one day that are not stored yet. */
export type VisitCounts = { visits: number; requests: number; errors: number; durations: Histogram };

/**
 * Counts a published app's visits. Keeps the counts in memory and stores them in batches some seconds later, so that no
 * request waits for a write.
 */
export class VisitCounter {
  readonly #storage: DurableObjectStorage;
  readonly #pending = new Map<string, VisitCounts>();
  #store: VisitStore | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /**
   * Counts a request to which the app has responded.
   * @param ms milliseconds until the response began
   */
  count(request: Request, { status }: Response, ms: number): void {
    const day = new Date().toISOString().slice(0, 10);
    const counts = this.#pending.get(day) ?? { visits: 0, requests: 0, errors: 0, durations: {} };
    this.#pending.set(day, counts);
    counts.requests += 1;
    if (isNavigation(request)) counts.visits += 1;
    if (status >= 500) counts.errors += 1;
    countIn(counts.durations, ms);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  /** Returns the days with requests between two days, both included, the earliest first. */
  days(from: string, to: string): VisitDay[] {
    this.#flush();
    return this.#stored().days(from, to);
  }

  /** Drops the counts that are not stored, before all storage of the object is deleted. */
  forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pending.clear();
    this.#store = null;
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [day, counts] of this.#pending) this.#stored().add(day, counts);
    this.#pending.clear();
  }

  /** Created on first use: an object of a public app stores nothing before a publication. */
  #stored(): VisitStore {
    this.#store ??= new VisitStore(this.#storage);
    return this.#store;
  }
}
