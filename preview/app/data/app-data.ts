import type { DataAnswer, DataObject, DataOperation } from "../../../worker/contract/data-rpc.ts";
import type { AppObject } from "../app-facets.ts";
import type { RunningApp } from "../running-app.ts";
import { DataFault } from "./data-fault.ts";
import { Database } from "./database.ts";
import { dumpPart } from "./dump-data.ts";
import { readRows } from "./read-rows.ts";
import { runQuery } from "./run-query.ts";
import { Snapshots } from "./snapshots.ts";
import { listTables } from "./tables.ts";
import { deleteRow, insertRow, insertRows, updateRow } from "./write-rows.ts";

/** The newest revision whose code has run. */
const REVISION = "data-revision";

/**
 * Lets an app's owner read and write the app's databases, through the app's running code, and manages their snapshots.
 */
export class AppData {
  readonly #state: DurableObjectState;
  readonly #running: RunningApp;
  readonly #snapshots: Snapshots;
  #before: { revision: number; done: Promise<void> } | null = null;

  constructor(state: DurableObjectState, running: RunningApp) {
    this.#state = state;
    this.#running = running;
    this.#snapshots = new Snapshots(state.storage, running.facets);
  }

  /** Executes an operation. Returns a fault instead of throwing: RPC would not preserve its class. */
  async answer(operation: DataOperation): Promise<DataAnswer> {
    try {
      return { value: await this.#execute(operation) };
    } catch (failure) {
      if (failure instanceof DataFault) return { fault: failure.code, detail: failure.detail };
      throw failure;
    }
  }

  /**
   * Takes a snapshot before the code of a revision runs for the first time: the code may change the schema, and the
   * data can then be restored together with the code.
   */
  async beforeRevision(revision: number): Promise<void> {
    if (this.#before?.revision !== revision) this.#before = { revision, done: this.#trySnapshot(revision) };
    await this.#before.done;
  }

  /** Deletes the snapshots, for a deleted project or a discarded app. */
  clear(): void {
    this.#before = null;
    this.#snapshots.clear();
  }

  /** Logs a failed snapshot instead of throwing: an app whose data cannot be copied must still serve its visitors. */
  async #trySnapshot(revision: number): Promise<void> {
    try {
      await this.#snapshotBefore(revision);
    } catch (failure) {
      console.error(
        JSON.stringify({ level: "error", event: "data_snapshot_failed", revision, detail: String(failure) }),
      );
    }
  }

  async #snapshotBefore(revision: number): Promise<void> {
    const { kv } = this.#state.storage;
    const newest = kv.get<number>(REVISION);
    if (newest !== undefined && newest >= revision) return;
    // No code has run before the first revision, so the app has no data yet.
    if (newest !== undefined) await this.#snapshots.create("revision", revision, await this.#size());
    kv.put(REVISION, revision);
  }

  async #execute(operation: DataOperation): Promise<unknown> {
    switch (operation.kind) {
      case "objects":
        return this.#running.facets.objects().map(({ storedAs, id, name }) => ({ className: storedAs, id, name }));
      case "databases":
        return this.#running.facets.databases().map((name) => ({ name }));
      case "snapshots":
        return this.#snapshots.list();
      case "snapshot":
        return this.#snapshots.create("requested", null, await this.#size());
      case "restore":
        return this.#restore(operation.id);
      case "findBefore":
        return this.#snapshots.beforeRevisionAfter(operation.revision);
      case "restoreBefore":
        return this.#restoreBefore(operation.revision);
      case "deleteSnapshot":
        return this.#snapshots.delete(operation.id);
      default:
        return executeIn(this.#database(operation.object), operation);
    }
  }

  async #restore(id: string): Promise<unknown> {
    this.#snapshots.require(id);
    await this.#snapshots.create("restore", null, await this.#size());
    // No request may start the app again before its databases are replaced.
    return this.#state.blockConcurrencyWhile(async () => {
      this.#running.stop();
      return this.#snapshots.restore(id);
    });
  }

  async #restoreBefore(revision: number): Promise<unknown> {
    const found = this.#snapshots.beforeRevisionAfter(revision);
    return found === null ? null : this.#restore(found.id);
  }

  async #size(): Promise<number> {
    return (await this.#database(null).run([])).databaseSize;
  }

  #database(object: DataObject | null): Database {
    if (object !== null && "database" in object) return this.#store(object.database);
    const found = object === null ? null : this.#find(object);
    return new Database((request) => this.#running.sql(found, request));
  }

  #store(name: string): Database {
    if (!this.#running.facets.databases().includes(name)) throw new DataFault("not_found", "Database not found.");
    return new Database((request) => this.#running.storeSql(name, request));
  }

  #find({ className, id }: Exclude<DataObject, { database: string }>): AppObject {
    const found = this.#running.facets.objects().find((one) => one.storedAs === className && one.id === id);
    if (found === undefined) throw new DataFault("not_found", "Object not found.");
    return found;
  }
}

type OfDatabase = Extract<DataOperation, { object: DataObject | null }>;

function executeIn(database: Database, operation: OfDatabase): Promise<unknown> {
  switch (operation.kind) {
    case "tables":
      return listTables(database);
    case "rows":
      return readRows(database, operation.query);
    case "insert":
      return insertRow(database, operation.table, operation.values);
    case "import":
      return insertRows(database, operation.table, operation);
    case "update":
      return updateRow(database, operation, operation.values);
    case "delete":
      return deleteRow(database, operation);
    case "query":
      return runQuery(database, operation.sql, operation.params);
    case "dump":
      return dumpPart(database, operation.at);
  }
}
