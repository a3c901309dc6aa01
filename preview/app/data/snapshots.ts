import type { DataSnapshot, SnapshotReason } from "../../../worker/contract/data-rpc.ts";
import type { AppFacets } from "../app-facets.ts";
import { DataFault } from "./data-fault.ts";

const KEY = "snapshot:";
const DAY_MS = 24 * 60 * 60 * 1_000;
const snapshotDays = 7;
/** More would fill the project's storage: the oldest automatic one goes first, then the oldest. */
const maxSnapshots = 20;

/** Bytes of all snapshots of an app together. The newest one stays whatever it has. */
const maxSnapshotBytes = 500_000_000;
/** A snapshot without its copies after this time was broken off by a crash. */
const PENDING_MS = 60_000;

/** The snapshots that are no longer kept, the newest last: the ids of expired ones, and the revisions of all. */
type Gone = { ids: string[]; revisions: number[] };
const GONE = "snapshots-gone";
const maxGone = 500;

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
   * Returns the snapshot that was made before the code of any later revision ran; null when none has run.
   * @throws DataFault `snapshot_expired` when that one is no longer kept: a later one has what later code made of the data
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

  /** Deletes snapshots that are too old, too many or too large together, and those that a crash broke off. */
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

  /** @param isExpired whether the platform removes it, which its owner is to learn when they ask for it */
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
