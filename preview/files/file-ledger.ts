import { migrateSqlite } from "../../worker/contract/sqlite-migrations.ts";

/** The maximum number of files of an app, in the preview and in public separately. */
const MAX_FILES = 10_000;
/** The time after which an unfinished upload counts as interrupted. */
const INTERRUPTED_MS = 10 * 60 * 1_000;
/** The step in which the account's quota is reserved, so that few uploads need a call. */
const STEP_BYTES = 1024 * 1024;
const GRANTED = "filesGranted";

const FIRST_VERSION = [
  "CREATE TABLE IF NOT EXISTS app_file (key TEXT PRIMARY KEY, bytes INTEGER NOT NULL DEFAULT 0, wanted INTEGER NOT NULL DEFAULT 0, wanted_at INTEGER) STRICT",
  "CREATE INDEX IF NOT EXISTS app_file_wanted_at ON app_file (wanted_at) WHERE wanted_at IS NOT NULL",
];

/**
 * Reserves a total number of bytes for the app's files in the account's quota.
 * @returns null, or a message why the account's quota does not suffice
 */
export type ReserveOfAccount = (bytes: number) => Promise<string | null>;

/** Counts the files of one app, so that simultaneous uploads cannot exceed the quota together. */
export class FileLedger {
  readonly #storage: DurableObjectStorage;
  readonly #reserveOfAccount: ReserveOfAccount;
  /** Serializes growth requests, so that the account receives the totals in order. */
  #growing: Promise<unknown> = Promise.resolve();

  constructor(storage: DurableObjectStorage, reserveOfAccount: ReserveOfAccount) {
    this.#storage = storage;
    this.#reserveOfAccount = reserveOfAccount;
    migrateSqlite(storage, "files", [FIRST_VERSION]);
  }

  /**
   * Reserves bytes for an upload.
   * @throws Error that names the exceeded limit
   */
  async reserve(key: string, bytes: number): Promise<void> {
    const { sql } = this.#storage;
    const isNew = sql.exec("SELECT 1 FROM app_file WHERE key = ?", key).toArray().length === 0;
    if (isNew && this.#count() >= MAX_FILES) throw new Error(`The app has ${MAX_FILES} files, and may not have more.`);
    sql.exec(
      `INSERT INTO app_file (key, wanted, wanted_at) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET wanted = max(wanted, excluded.wanted), wanted_at = excluded.wanted_at`,
      key,
      bytes,
      Date.now(),
    );
    const growth = this.#growing.then(() => this.#grow());
    this.#growing = growth.catch(() => {});
    try {
      await growth;
    } catch (failure) {
      this.settle(key, null);
      throw failure;
    }
  }

  /** Records how an upload ended. @param bytes size of the file now stored; null when the upload changed nothing */
  settle(key: string, bytes: number | null): void {
    const { sql } = this.#storage;
    sql.exec("UPDATE app_file SET bytes = coalesce(?, bytes), wanted = 0, wanted_at = NULL WHERE key = ?", bytes, key);
    if (bytes === null) sql.exec("DELETE FROM app_file WHERE key = ? AND bytes = 0 AND wanted = 0", key);
  }

  delete(keys: readonly string[]): void {
    for (const key of keys) this.#storage.sql.exec("DELETE FROM app_file WHERE key = ? AND wanted = 0", key);
  }

  clear(): void {
    this.#storage.sql.exec("DELETE FROM app_file");
  }

  /** Lists the uploads that a crash has interrupted, whose sizes must be read from the bucket. */
  interrupted(): string[] {
    const rows = this.#storage.sql.exec<{ key: string }>(
      "SELECT key FROM app_file WHERE wanted_at < ? LIMIT 100",
      Date.now() - INTERRUPTED_MS,
    );
    return rows.toArray().map(({ key }) => key);
  }

  /** Returns the bytes of all files, including uploads in flight. */
  total(): number {
    const rows = this.#storage.sql.exec<{ n: number }>(
      "SELECT coalesce(sum(max(bytes, wanted)), 0) AS n FROM app_file",
    );
    return rows.one().n;
  }

  #count(): number {
    return this.#storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM app_file").one().n;
  }

  async #grow(): Promise<void> {
    const needed = Math.ceil(this.total() / STEP_BYTES) * STEP_BYTES;
    const granted = this.#storage.kv.get<number>(GRANTED) ?? 0;
    // Also releases the bytes of deleted files, once they are half of the reservation.
    if (needed <= granted && needed > granted / 2) return;
    const refusal = await this.#reserveOfAccount(needed);
    if (refusal !== null) throw new Error(refusal);
    this.#storage.kv.put(GRANTED, needed);
  }
}
