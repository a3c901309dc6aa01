import type { ObjectAddress } from "./object-gateway.ts";

/** Maximum Durable Objects of an app, over all its classes: each has a database of its own. */
export const MAX_OBJECTS = 1_000;

/** Name of the facet for the class `App`, which serves visitors. */
const APP = "app";
const OBJECT = "object:";

/**
 * The facets of a project's Durable Object that run its app: one for its `App`, one for each of its Durable Objects.
 */
export class AppFacets {
  readonly #state: DurableObjectState;
  /** Facets used since this object started; no other facet is running. */
  readonly #started = new Set<string>();

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  app(startingClass: () => DurableObjectClass): Fetcher {
    this.#started.add(APP);
    return this.#state.facets.get(APP, () => ({ class: startingClass() }));
  }

  /**
   * @param storedAs class name that the object's data is stored under, which a renamed class keeps
   * @throws for a new object above the app's maximum
   */
  object({ id, name }: ObjectAddress, storedAs: string, startingClass: () => DurableObjectClass): Fetcher {
    const facet = `${OBJECT}${storedAs}:${id}`;
    if (!this.#started.has(facet)) this.#record(facet);
    this.#started.add(facet);
    return this.#state.facets.get(facet, () => ({ class: startingClass(), id: JSON.stringify({ id, name }) }));
  }

  /** Ends the requests and sockets of every facet; their databases stay. */
  abort(reason: Error): void {
    for (const facet of new Set([APP, ...this.#started])) this.#state.facets.abort(facet, reason);
    this.#started.clear();
  }

  /** Deletes every facet with its database. */
  delete(): void {
    const { kv } = this.#state.storage;
    this.#state.facets.delete(APP);
    for (const [facet] of [...kv.list({ prefix: OBJECT })]) {
      this.#state.facets.delete(facet);
      kv.delete(facet);
    }
  }

  /** Remembers that an object exists: the runtime does not list facets. */
  #record(facet: string): void {
    const { kv } = this.#state.storage;
    if (kv.get(facet) !== undefined) return;
    if ([...kv.list({ prefix: OBJECT })].length >= MAX_OBJECTS) {
      throw new Error(`The app has ${MAX_OBJECTS} Durable Objects, and may not have more.`);
    }
    kv.put(facet, true);
  }
}
