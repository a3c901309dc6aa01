import type { ClaimSigner } from "../services/claim-signer.ts";
import { AppFiles, MAX_FILE_BYTES } from "./app-files.ts";
import { FileLedger, type ReserveOfAccount } from "./file-ledger.ts";
import { SignedFiles } from "./signed-file.ts";

/** The bucket of all apps; the keys of this one begin with `prefix`. */
type HostedBucket = {
  bucket: R2Bucket;
  prefix: string;
  signer: ClaimSigner;
  reserveOfAccount: ReserveOfAccount;
};

/** The files of an app in the object that hosts it: their quota and their signed URLs. */
export class HostedFiles {
  readonly #storage: DurableObjectStorage;
  readonly #files: AppFiles;
  readonly #signed: SignedFiles;
  readonly #reserveOfAccount: ReserveOfAccount;
  #kept: FileLedger | null = null;

  constructor(storage: DurableObjectStorage, { bucket, prefix, signer, reserveOfAccount }: HostedBucket) {
    this.#storage = storage;
    this.#reserveOfAccount = reserveOfAccount;
    this.#files = new AppFiles(bucket, prefix, {
      reserve: (key, bytes) => this.reserve(key, bytes),
      settle: async (key, bytes) => this.settle(key, bytes),
      delete: async (keys) => this.deleted(keys),
    });
    this.#signed = new SignedFiles(signer, this.#files);
  }

  sign(key: unknown, options: unknown): string {
    return this.#signed.sign(key, options);
  }

  fetch(request: Request): Promise<Response> {
    return this.#signed.fetch(request);
  }

  /**
   * Reserves bytes for an upload.
   * @throws Error that names the exceeded limit
   */
  async reserve(key: string, bytes: number): Promise<void> {
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MAX_FILE_BYTES)
      throw new RangeError("This is not a size.");
    for (const one of this.#ledger().interrupted()) {
      const head = await this.#files.head(one);
      this.#ledger().settle(one, head?.size ?? null);
    }
    await this.#ledger().reserve(key, bytes);
  }

  settle(key: string, bytes: number | null): void {
    this.#ledger().settle(key, bytes);
  }

  deleted(keys: string[]): void {
    this.#ledger().delete(keys);
  }

  /** Deletes all files. */
  async clear(): Promise<void> {
    await this.#files.clear();
    // Creates no table for a public app that was never published, whose object must stay empty.
    if (this.#isUsed()) this.#ledger().clear();
  }

  /** Drops the cached table, which is deleted with all other data. */
  forget(): void {
    this.#kept = null;
  }

  #isUsed(): boolean {
    const { sql } = this.#storage;
    return sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'app_file'").toArray().length > 0;
  }

  #ledger(): FileLedger {
    this.#kept ??= new FileLedger(this.#storage, this.#reserveOfAccount);
    return this.#kept;
  }
}
