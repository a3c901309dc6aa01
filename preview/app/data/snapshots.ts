import type { DataSnapshot, SnapshotReason } from "../../../worker/contract/data-rpc.ts";
import type { AppFacets } from "../app-facets.ts";
import { DataFault } from "./data-fault.ts";

const KEY = "snapshot:";
const DAY_MS = 24 * 60 * 60 * 1_000;
const snapshotDays = 7;
/**
 * The maximum number of snapshots, which bounds the project's storage. Above it, the oldest automatic snapshot is
 * deleted first, then the oldest one of any kind.
 */
const maxSnapshots = 20;

/** The maximum bytes of all snapshots of an app together. The newest snapshot stays, whatever its size. */
const maxSnapshotBytes = 500_000_000;
/** A snapshot that still has no copies after this time was interrupted by a crash. */
const PENDING_MS = 60_000;

/** Deleted snapshots, newest last: the ids of the expired ones, and the revisions of all. */
type Gone = { ids: string[]; revisions: number[] };
const GONE = "snapshots-gone";
const maxGone = 500;

/** A snapshot and its databases, each with the name of its object. */
type Stored = DataSnapshot & { isWhole: boolean; databases: { record: string; name: string | null }[] };

/**
 * Copies of an app's databases, each a consistent copy from one moment. The copies are databases next to the app's own.
 */
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
   * @param bytes size of the database of `App`
   */
  async create(reason: SnapshotReason, revision: number | null, bytes: number): Promise<DataSnapshot> {
    const id = `snap_${crypto.randomUUID()}`;
    const createdAt = new Date().toISOString();
    const expiresAt = new Date(Date.now() + snapshotDays * DAY_MS).toISOString();
    const objects = this.#facets.objects();
    const names = new Map(objects.map(({ storedAs, id: hex, name }) => [`object:${storedAs}:${hex}`, name]));
    const databases = this.#facets.records().map((record) => ({ record, name: names.get(record) ?? null }));
    const stored: Stored = { id, createdAt, expiresAt, reason, revision, bytes, isWhole: false, databases };
    // Writes the record first, so that a crash leaves no copy without a record, and marks it whole when the copies are
    // stored.
    this.#storage.kv.put(KEY + id, stored);
    this.#facets.copy(prefixOf(id));
    await this.#storage.sync();
    this.#storage.kv.put(KEY + id, { ...stored, isWhole: true });
    this.#expire();
    return toSnapshot(stored);
  }

  /**
   * Replaces the app's databases by those of a snapshot. The app must be stopped.
   * @throws DataFault `not_found`, `snapshot_expired`
   */
  async restore(id: string): Promise<DataSnapshot> {
    const stored = this.#find(id);
    const names = new Map(stored.databases.map(({ record, name }) => [record, name]));
    const records = stored.databases.map(({ record }) => record);
    await this.#facets.restore(prefixOf(id), records, (record) => names.get(record) ?? null);
    return toSnapshot(stored);
  }

  /**
   * Returns the snapshot that was taken before the code of any later revision ran; null when no later code has run.
   * @throws DataFault `snapshot_expired` when that snapshot was deleted: a later snapshot contains data that later code
   *   has changed
   */
  beforeRevisionAfter(revision: number): DataSnapshot | null {
    this.#expire();
    const isLater = (one: number | null): one is number => one !== null && one > revision;
    const found = this.#stored().findLast((one) => isLater(one.revision));
    const first = found?.revision ?? Number.POSITIVE_INFINITY;
    if (this.#gone().revisions.some((one) => isLater(one) && one < first)) throw expired();
    return found === undefined ? null : toSnapshot(found);
  }

  /**
   * Requires that a snapshot exists.
   * @throws DataFault `not_found`, `snapshot_expired`
   */
  require(id: string): void {
    this.#find(id);
  }

  /** @throws DataFault `not_found`, `snapshot_expired` */
  delete(id: string): void {
    this.#remove(this.#find(id), false);
  }

  /** Deletes every snapshot. */
  clear(): void {
    for (const stored of this.#recorded()) this.#remove(stored, false);
    this.#storage.kv.delete(GONE);
  }

  #find(id: string): Stored {
    this.#expire();
    const stored = this.#storage.kv.get<Stored>(KEY + id);
    if (stored?.isWhole === true) return stored;
    throw this.#gone().ids.includes(id) ? expired() : new DataFault("not_found", "Snapshot not found.");
  }

  #stored(): Stored[] {
    return this.#recorded().filter(({ isWhole }) => isWhole);
  }

  /** Returns every record, the newest first. */
  #recorded(): Stored[] {
    const all = [...this.#storage.kv.list<Stored>({ prefix: KEY })].map(([, stored]) => stored);
    return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  }

  /** Deletes snapshots that are too old, exceed the maximum number or total size, or were interrupted by a crash. */
  #expire(): void {
    const now = Date.now();
    for (const stored of this.#recorded()) {
      const isBroken = !stored.isWhole && Date.parse(stored.createdAt) + PENDING_MS < now;
      if (isBroken || Date.parse(stored.expiresAt) <= now) this.#remove(stored, !isBroken);
    }
    const kept = this.#stored().reverse();
    while (kept.length > 1 && (kept.length > maxSnapshots || bytesOf(kept) > maxSnapshotBytes)) {
      const automatic = kept.slice(0, -1).findIndex(({ reason }) => reason !== "requested");
      for (const stored of kept.splice(Math.max(0, automatic), 1)) this.#remove(stored, true);
    }
  }

  #gone(): Gone {
    return this.#storage.kv.get<Gone>(GONE) ?? { ids: [], revisions: [] };
  }

  /**
   * Deletes a snapshot.
   * @param isExpired whether the platform deletes the snapshot; a later request for it then reports the expiry
   */
  #remove({ id, databases, revision, isWhole }: Stored, isExpired: boolean): void {
    const { ids, revisions } = this.#gone();
    if (isWhole) {
      const gone = {
        ids: isExpired ? [...ids, id] : ids,
        revisions: revision === null ? revisions : [...revisions, revision],
      };
      this.#storage.kv.put(GONE, { ids: gone.ids.slice(-maxGone), revisions: gone.revisions.slice(-maxGone) });
    }
    this.#storage.kv.delete(KEY + id);
    this.#facets.deleteCopy(
      prefixOf(id),
      databases.map(({ record }) => record),
    );
  }
}

const expired = (): DataFault =>
  new DataFault(
    "snapshot_expired",
    `The snapshot of that time is no longer kept: snapshots last ${snapshotDays} days, and an app has ${maxSnapshots} at most.`,
  );

const prefixOf = (id: string): string => `${id}:`;

const bytesOf = (snapshots: readonly Stored[]): number => snapshots.reduce((sum, { bytes }) => sum + bytes, 0);

const toSnapshot = ({ databases: _, isWhole: __, ...snapshot }: Stored): DataSnapshot => snapshot;
