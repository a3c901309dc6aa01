/** The newest publication of a project: its number, and the public revision or null for none. */
export type Publication = {
  number: number;
  revision: number | null;
  /** The publication that the public build was made for; absent in objects whose builds were numbered by revision. */
  build?: number;
};

const PUBLICATION = "publication";
/** Prefix of the keys with the epoch and the revision of each stored build, by its publication. */
const BUILT = "built:";
/** Tombstone of a deleted project: a number greater than that of any publication. */
export const TOMBSTONE: Publication = { number: Number.POSITIVE_INFINITY, revision: null };

/** Records the newest publication of a project, and the revision of each stored build. */
export class PublicationRecord {
  readonly #kv: SyncKvStorage;
  readonly #epoch: string;

  /** @param epoch BUILD_EPOCH: revisions of another epoch are numbered otherwise */
  constructor(kv: SyncKvStorage, epoch: string) {
    this.#kv = kv;
    this.#epoch = epoch;
  }

  /** Returns the newest publication; null before the first. */
  newest(): Publication | null {
    return this.#kv.get<Publication>(PUBLICATION) ?? null;
  }

  /** Returns the newest publication's number; 0 before the first. */
  number(): number {
    return this.newest()?.number ?? 0;
  }

  /** Whether the project was ever published, and is not deleted. */
  wasPublished(): boolean {
    return this.number() !== 0 && this.number() !== TOMBSTONE.number;
  }

  put(publication: Publication): void {
    this.#kv.put(PUBLICATION, publication);
  }

  /** Whether the stored build of a publication is of this revision. */
  isBuilt(build: number, revision: number): boolean {
    return this.#kv.get(`${BUILT}${build}`) === `${this.#epoch}:${revision}`;
  }

  /** Records the revision of a stored build, and drops the records of builds that are no longer stored. */
  putBuilt(build: number, revision: number, isStored: (build: number) => boolean): void {
    this.#kv.put(`${BUILT}${build}`, `${this.#epoch}:${revision}`);
    for (const [key] of [...this.#kv.list({ prefix: BUILT })]) {
      if (!isStored(Number(key.slice(BUILT.length)))) this.#kv.delete(key);
    }
  }
}
