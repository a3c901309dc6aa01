import type { PreviewLog } from "../../../worker/contract/preview-rpc.ts";
import type { BoundDatabase, BoundStores, Migration } from "../../project/wrangler-stores.ts";
import { facetPrefix, STORE } from "../app-facets.ts";
import { DATA_ACCESS, DATA_METHOD } from "../data/data-method.ts";
import type { SqlRequest } from "../data/sql-channel.ts";
import { SQL_BINDINGS } from "../sql-bindings.ts";
import { SQL_EXEC } from "../sql-exec.ts";
import { maxStoredBytes, STORAGE_LIMIT } from "../storage-limit.ts";
import { D1_DATABASE } from "./d1-database.ts";
import { KV_NAMESPACE } from "./kv-namespace.ts";
import { STORE_CALL } from "./store-call.ts";
import type { StoreAddress } from "./store-gateway.ts";

/** Part of the id under which the stores' code is loaded. Increase it whenever their modules change. */
const VERSION = "2";

/** The maximum number of stores whose data an app keeps, including stores that its configuration no longer binds. */
export const MAX_KEPT_STORES = 40;

const CLASSES = { d1: "D1Database", kv: "KvNamespace" } as const;

/** A store's object, with the methods of its class (d1-database.ts, kv-namespace.ts). */
type StoreObject = Rpc.DurableObjectBranded & {
  /** Only D1 databases have migrations. */
  migrate(table: string, migrations: Migration[]): Promise<{ name: string; message: string } | null>;
};

type Settings = { name: string; cpuMs: number; report: (line: PreviewLog) => void };

/**
 * The D1 databases and KV namespaces of an app: facets of the project's object, each with its own SQLite database. They
 * run the platform's code in an isolate of the project, so that a long query delays no other project.
 */
export class StoreFacets {
  readonly #state: DurableObjectState;
  readonly #loader: WorkerLoader;
  readonly #settings: Settings;
  /** Facets used since this object started; no other facet is running. */
  readonly #used = new Set<string>();
  /** The databases that the app has called, each with a promise of the end of its migrations. */
  readonly #started = new Map<string, Promise<void>>();

  /**
   * Creates the facets.
   * @param settings `name` is unique to the project's preview or published app; `report` appends lines to its log
   */
  constructor(state: DurableObjectState, loader: WorkerLoader, settings: Settings) {
    this.#state = state;
    this.#loader = loader;
    this.#settings = settings;
  }

  /**
   * Sends a call to a store of the app (store-call.ts). The first call of a D1 database applies its migrations.
   * @throws TypeError for a store that is not bound; Error for a new store above the maximum number
   */
  async fetch(
    { kind, name }: StoreAddress,
    request: Request,
    { databases, namespaces }: BoundStores,
  ): Promise<Response> {
    const database = kind === "d1" ? databases.find((bound) => bound.name === name) : undefined;
    const isBound = kind === "d1" ? database !== undefined : namespaces.some((bound) => bound.name === name);
    if (!isBound) throw new TypeError("This store does not exist.");
    const facet = `${STORE}${kind}:${name}`;
    const store = this.#facet(facet, kind);
    await (this.#started.get(facet) ?? this.#start(facet, () => this.#migrate(store, database)));
    return store.fetch(request);
  }

  /**
   * Executes the owner's statements in an existing D1 database. Applies no migrations: only the app's calls do.
   * @returns the answer of the platform's method (data/data-method.ts)
   */
  async sql(name: string, request: SqlRequest): Promise<unknown> {
    const store = this.#facet(`${STORE}d1:${name}`, "d1");
    const stub: Record<string, ((request: SqlRequest) => Promise<unknown>) | undefined> = Object(store);
    return stub[DATA_METHOD]?.(request);
  }

  /** Starts a store once. The next call restarts a store whose migrations were interrupted. */
  #start(facet: string, migrate: () => Promise<void>): Promise<void> {
    const started = migrate();
    this.#started.set(facet, started);
    started.catch(() => {
      if (this.#started.get(facet) === started) this.#started.delete(facet);
    });
    return started;
  }

  /** Ends the calls of every store; their data stays. */
  abort(reason: Error): void {
    for (const facet of this.#used) this.#state.facets.abort(facetPrefix(this.#state) + facet, reason);
    this.#used.clear();
    this.#started.clear();
  }

  /** Deletes every store with its data. */
  delete(): void {
    const { kv } = this.#state.storage;
    for (const [facet] of [...kv.list({ prefix: STORE })]) {
      this.#state.facets.delete(facetPrefix(this.#state) + facet);
      kv.delete(facet);
    }
    this.#used.clear();
    this.#started.clear();
  }

  #facet(facet: string, kind: StoreAddress["kind"]) {
    if (!this.#used.has(facet)) this.#record(facet);
    this.#used.add(facet);
    return this.#state.facets.get<StoreObject>(facetPrefix(this.#state) + facet, () => ({
      class: this.#code().getDurableObjectClass(CLASSES[kind]),
    }));
  }

  /**
   * Applies a database's migrations. A failed migration leaves the database in the state after the migrations before
   * it, and appears in the app's log.
   */
  async #migrate(store: Pick<StoreObject, "migrate">, database: BoundDatabase | undefined): Promise<void> {
    if (database === undefined || database.migrations.length === 0) return;
    const { binding, migrationsTable, migrations } = database;
    const failed = await store.migrate(migrationsTable, migrations);
    if (failed === null) return;
    const path = migrations.find(({ name }) => name === failed.name)?.path ?? failed.name;
    const message = `The migration ${failed.name} of ${binding} failed, and was not applied: ${failed.message}`;
    const at = new Date().toISOString();
    this.#settings.report({ at, level: "error", source: "build", message, path, line: 0, column: 0 });
  }

  /** Records that a store exists: the runtime does not list facets. */
  #record(facet: string): void {
    const { kv } = this.#state.storage;
    if (kv.get(facet) !== undefined) return;
    if ([...kv.list({ prefix: STORE })].length >= MAX_KEPT_STORES) {
      throw new Error(
        `The app keeps the data of ${MAX_KEPT_STORES} databases and namespaces, which is the maximum. Delete its data first.`,
      );
    }
    kv.put(facet, true);
  }

  #code(): WorkerStub {
    const { name, cpuMs } = this.#settings;
    return this.#loader.get(`${name}:stores:${VERSION}`, () => ({
      compatibilityDate: "2026-11-01",
      mainModule: "main.js",
      modules: {
        "main.js": { js: 'export { D1Database } from "./d1.js";\nexport { KvNamespace } from "./kv.js";\n' },
        "d1.js": { js: D1_DATABASE },
        "kv.js": { js: KV_NAMESPACE },
        "data-access.js": { js: DATA_ACCESS },
        "sql-bindings.js": { js: SQL_BINDINGS },
        "sql-exec.js": { js: SQL_EXEC },
        "storage-limit.js": { js: STORAGE_LIMIT },
        "store-call.js": { js: STORE_CALL },
      },
      env: { MAX_BYTES: maxStoredBytes },
      globalOutbound: null,
      limits: { cpuMs },
    }));
  }
}
