import type { DataSnapshot, SnapshotReason } from "../../../worker/contract/preview-rpc.ts";
import type { AppFacets } from "../app-facets.ts";
import { DataFault } from "./data-fault.ts";

const KEY = "snapshot:";
const DAY_MS = 24 * 60 * 60 * 1_000;
export const snapshotDays = 7;
/** More would fill the project's storage: the oldest automatic one goes first, then the oldest. */
export const maxSnapshots = 20;

/** Bytes of all snapshots of an app together. The newest one stays whatever it has. */
export const maxSnapshotBytes = 500_000_000;
/** A snapshot without its copies after this time was broken off by a crash. */
const PENDING_MS = 60_000;

/** A snapshot with the databases that it has, each with the name of its object. */
type Stored = DataSnapshot & { isWhole: boolean; databases: { record: string; name: string | null }[] };

/** Copies of an app's databases, each made at one moment. They are databases beside the app's own. */
export class Snapshots {
  readonly #storage: DurableObjectStorage;
  readonly #facets: AppFacets;

  constructor(storage: DurableObjectStorage, facets: AppFacets) {
    this.#storage = storage;
    this.#facets = facets;
  }

  /** Lists the snapshots, the newest first. */
  list(): DataSnapshot[] {
    this.#expire();
    return this.#stored().map(toSnapshot);
  }

  /**
   * Copies the app's databases.
   * @param revision the revision whose code is about to run, for a snapshot before it
   * @param bytes the size of the database of `App`
   */
  async create(reason: SnapshotReason, revision: number | null, bytes: number): Promise<DataSnapshot> {
    const id = `snap_${crypto.randomUUID()}`;
    const createdAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + snapshotDays * DAY_MS).toISOString();
    const objects = this.#facets.objects();
    const names = new Map(objects.map(({ storedAs, id: hex, name }) => [`object:${storedAs}:${hex}`, name]));
    const databases = this.#facets.records().map((record) => ({ record, name: names.get(record) ?? null }));
    const stored: Stored = { id, createdAt, expiresAt, reason, revision, bytes, isWhole: false, databases };
    // The record comes first, so that a crash leaves no copy that nothing names, and is whole when its copies are stored.
    this.#storage.kv.put(KEY + id, stored);
    this.#facets.copy(prefixOf(id));
    await this.#storage.sync();
    this.#storage.kv.put(KEY + id, { ...stored, isWhole: true });
    this.#expire();
    return toSnapshot(stored);
  }

  /**
   * Replaces the app's databases by a snapshot's. The app must be stopped.
   * @throws DataFault `not_found`
   */
  async restore(id: string): Promise<DataSnapshot> {
    const stored = this.#find(id);
    const names = new Map(stored.databases.map(({ record, name }) => [record, name]));
    const records = stored.databases.map(({ record }) => record);
    await this.#facets.restore(prefixOf(id), records, (record) => names.get(record) ?? null);
    return toSnapshot(stored);
  }

  /** Returns the oldest snapshot that was made before the code of a later revision ran; null without any. */
  beforeRevisionAfter(revision: number): DataSnapshot | null {
    const found = this.#stored().findLast((one) => one.revision !== null && one.revision > revision);
    return found === undefined ? null : toSnapshot(found);
  }

  /**
   * Requires that a snapshot exists.
   * @throws DataFault `not_found`
   */
  require(id: string): void {
    this.#find(id);
  }

  /** @throws DataFault `not_found` */
  delete(id: string): void {
    this.#remove(this.#find(id));
  }

  /** Deletes every snapshot. */
  clear(): void {
    for (const stored of this.#recorded()) this.#remove(stored);
  }

  #find(id: string): Stored {
    const stored = this.#storage.kv.get<Stored>(KEY + id);
    if (stored === undefined || !stored.isWhole || Date.parse(stored.expiresAt) <= Date.now())
      throw new DataFault("not_found", "Snapshot not found.");
    return stored;
  }

  #stored(): Stored[] {
    return this.#recorded().filter(({ isWhole }) => isWhole);
  }

  /** Returns every record, the newest first. */
  #recorded(): Stored[] {
    const all = [...this.#storage.kv.list<Stored>({ prefix: KEY })].map(([, stored]) => stored);
    return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }

  /** Deletes snapshots that are too old, too many or too large together, and those that a crash broke off. */
  #expire(): void {
    const now = Date.now();
    for (const stored of this.#recorded()) {
      const isBroken = !stored.isWhole && Date.parse(stored.createdAt) + PENDING_MS < now;
      if (isBroken || Date.parse(stored.expiresAt) <= now) this.#remove(stored);
    }
    const kept = this.#stored().reverse();
    while (kept.length > 1 && (kept.length > maxSnapshots || bytesOf(kept) > maxSnapshotBytes)) {
      const automatic = kept.slice(0, -1).findIndex(({ reason }) => reason !== "requested");
      for (const stored of kept.splice(Math.max(0, automatic), 1)) this.#remove(stored);
    }
  }

  #remove({ id, databases }: Stored): void {
    this.#storage.kv.delete(KEY + id);
    this.#facets.deleteCopy(
      prefixOf(id),
      databases.map(({ record }) => record),
    );
  }
}

const prefixOf = (id: string): string => `${id}:`;

const bytesOf = (snapshots: readonly Stored[]): number => snapshots.reduce((sum, { bytes }) => sum + bytes, 0);

const toSnapshot = ({ databases: _, isWhole: __, ...snapshot }: Stored): DataSnapshot => snapshot;
