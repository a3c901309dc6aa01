import type { ObjectAddress } from "./object-gateway.ts";

/** Maximum Durable Objects of an app, over all its classes: each has a database of its own. */
export const MAX_OBJECTS = 1_000;

/** Name of the facet for the class `App`, which serves visitors. */
const APP = "app";
const OBJECT = "object:";
/** Name prefix of the facets of D1 databases and KV namespaces (stores/store-facets.ts). Every copy contains them. */
export const STORE = "store:";
/** Key of the prefix of the facets in use. A restore fills the facets of the other prefix, then switches to it. */
const CURRENT = "data-prefix";
const PREFIXES = ["", "b:"] as const;

/** Returns the prefix of the names of the facets in use. */
export const facetPrefix = ({ storage }: DurableObjectState): string => storage.kv.get<string>(CURRENT) ?? PREFIXES[0];

/**
 * A Durable Object of the app: the class name under which its data is stored, its id, and the name that the id was made
 * from, if any.
 */
export type AppObject = { storedAs: string; id: string; name: string | null };

/**
 * The facets of a project's Durable Object that run its app: one for the `App` class, and one for each of the app's
 * Durable Objects.
 */
export class AppFacets {
  readonly #state: DurableObjectState;
  /** Facets used since this object started; no other facet is running. */
  readonly #started = new Set<string>();

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  app(startingClass: () => DurableObjectClass): Fetcher {
    const facet = this.#prefix() + APP;
    this.#started.add(facet);
    return this.#state.facets.get(facet, () => ({ class: startingClass() }));
  }

  /**
   * Returns the facet of a Durable Object and starts it when necessary.
   * @param storedAs class name under which the object's data is stored; renaming the class does not change it
   * @throws Error for a new object above the app's maximum
   */
  object({ id, name }: ObjectAddress, storedAs: string, startingClass: () => DurableObjectClass): Fetcher {
    const record = `${OBJECT}${storedAs}:${id}`;
    const facet = this.#prefix() + record;
    if (!this.#started.has(facet)) this.#record(record, name);
    this.#started.add(facet);
    return this.#state.facets.get(facet, () => ({ class: startingClass(), id: JSON.stringify({ id, name }) }));
  }

  /** Ends the requests and sockets of every facet; their databases stay. */
  abort(reason: Error): void {
    for (const facet of new Set([this.#prefix() + APP, ...this.#started])) this.#state.facets.abort(facet, reason);
    this.#started.clear();
  }

  /** Deletes every database in use. Snapshots stay. */
  delete(): void {
    const { kv } = this.#state.storage;
    const prefix = this.#prefix();
    for (const record of this.records()) {
      this.#state.facets.delete(prefix + record);
      if (record !== APP) kv.delete(record);
    }
  }

  /** Lists the app's Durable Objects. */
  objects(): AppObject[] {
    const entries = [...this.#state.storage.kv.list<string | true>({ prefix: OBJECT })];
    return entries.map(([record, name]) => {
      const at = record.lastIndexOf(":");
      const storedAs = record.slice(OBJECT.length, at);
      return { storedAs, id: record.slice(at + 1), name: typeof name === "string" ? name : null };
    });
  }

  /** Lists the app's D1 databases that have been used, by name. */
  databases(): string[] {
    const prefix = `${STORE}d1:`;
    return [...this.#state.storage.kv.list({ prefix })].map(([record]) => record.slice(prefix.length));
  }

  /** Returns the names of the app's databases, including those of its stores. */
  records(): string[] {
    const { kv } = this.#state.storage;
    const named = [OBJECT, STORE].flatMap((prefix) => [...kv.list({ prefix })].map(([record]) => record));
    return [APP, ...named];
  }

  /** Copies every database in use. The app may keep running: a copy contains all committed writes. */
  copy(prefix: string): string[] {
    const current = this.#prefix();
    const records = this.records();
    for (const record of records) this.#state.facets.clone(current + record, prefix + record);
    return records;
  }

  deleteCopy(prefix: string, records: readonly string[]): void {
    for (const record of records) this.#state.facets.delete(prefix + record);
  }

  /**
   * Replaces all databases by their copies atomically: stores the copies before the single write that switches to them.
   * The app must be stopped.
   */
  async restore(prefix: string, records: readonly string[], nameOf: (record: string) => string | null): Promise<void> {
    const { facets, storage } = this.#state;
    const next = this.#prefix() === PREFIXES[0] ? PREFIXES[1] : PREFIXES[0];
    const replaced = { prefix: this.#prefix(), records: this.records() };
    for (const record of records) facets.clone(prefix + record, next + record);
    await storage.sync();
    for (const record of replaced.records) storage.kv.delete(record);
    for (const record of records) if (record !== APP) storage.kv.put(record, nameOf(record) ?? true);
    storage.kv.put(CURRENT, next);
    await storage.sync();
    this.deleteCopy(replaced.prefix, replaced.records);
  }

  #prefix(): string {
    return facetPrefix(this.#state);
  }

  /** Remembers that an object exists: the runtime does not list facets. */
  #record(record: string, name: string | null): void {
    const { kv } = this.#state.storage;
    if (kv.get(record) !== undefined) return;
    if ([...kv.list({ prefix: OBJECT })].length >= MAX_OBJECTS) {
      throw new Error(`The app has ${MAX_OBJECTS} Durable Objects, and may not have more.`);
    }
    kv.put(record, name ?? true);
  }
}
