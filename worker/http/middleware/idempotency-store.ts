import { and, eq, getTableColumns, isNotNull, isNull, sql } from "drizzle-orm";
import { idempotency } from "../../../drizzle/schema/index.ts";
import { type Database, executeIdempotentBatch } from "../../database/index.ts";
import { AppError } from "../../errors.ts";

export type KeyRow = {
  fingerprint: string;
  holder: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
  createdAt: Date;
  /** Milliseconds until the lease ends unless its holder renews it. */
  leaseLeftMs: number;
};

/** A request's Idempotency-Key. `holder` identifies this attempt. */
export type IdempotencyState = {
  userId: string;
  key: string;
  fingerprint: string;
  holder: string;
  /** Stops renewing the lease; set while this attempt holds it. */
  stopRenewing?: () => void;
};

type Lease = { userId: string; key: string; holder: string };

/** The duration of a lease. It ends the lease of a holder that crashed; a live holder renews it in time. */
export const leaseMs = 6_000;
export const renewIntervalMs = 2_000;
const retentionHours = 24;

const leaseEnd = sql<Date>`now() + make_interval(secs => ${leaseMs / 1_000})`;

const isOwnLease = ({ userId, key, holder }: Lease) =>
  and(eq(idempotency.userId, userId), eq(idempotency.key, key), eq(idempotency.holder, holder));

/**
 * Acquires the lease of a free key and reads the key's row, in one idempotent statement.
 * @returns the key's row; `holder` says who has the lease
 * @throws AppError `dependency_down` when the key could not be stored
 */
export async function acquireKey(
  db: Database,
  { userId, key, holder, fingerprint }: Lease & { fingerprint: string },
): Promise<KeyRow> {
  const expired = sql`${idempotency.createdAt} < now() - make_interval(hours => ${retentionHours})`;
  const acquire = db
    .insert(idempotency)
    .values({ userId, key, holder, fingerprint, heldUntil: leaseEnd })
    .onConflictDoUpdate({
      target: [idempotency.userId, idempotency.key],
      set: {
        holder,
        heldUntil: leaseEnd,
        fingerprint: sql`CASE WHEN ${expired} THEN excluded.fingerprint ELSE ${idempotency.fingerprint} END`,
        createdAt: sql`CASE WHEN ${expired} THEN now() ELSE ${idempotency.createdAt} END`,
        status: null,
        headers: null,
        body: null,
      },
      setWhere: sql`${expired} OR (${idempotency.status} IS NULL AND ${idempotency.heldUntil} < now()
        AND ${idempotency.fingerprint} = excluded.fingerprint)`,
    });
  const select = db
    .select({
      ...getTableColumns(idempotency),
      leaseLeftMs: sql`greatest(0, extract(epoch FROM ${idempotency.heldUntil} - now()) * 1000)`.mapWith(Number),
    })
    .from(idempotency)
    .where(and(eq(idempotency.userId, userId), eq(idempotency.key, key)));
  const [, rows] = await executeIdempotentBatch(db, [acquire, select]);
  const row = rows[0];
  if (!row)
    throw new AppError("dependency_down", "The Idempotency-Key couldn't be stored. Try again.", { retryAfter: 1 });
  // `storeResponseStatement` wrote this column as an object of strings.
  return { ...row, headers: row.headers as Record<string, string> | null };
}

/** Selects the stored response of a key, without acquiring its lease. */
export const selectStoredResponse = (
  db: Database,
  { userId, key, fingerprint }: Omit<Lease, "holder"> & { fingerprint: string },
) =>
  db
    .select()
    .from(idempotency)
    .where(
      and(
        eq(idempotency.userId, userId),
        eq(idempotency.key, key),
        eq(idempotency.fingerprint, fingerprint),
        isNotNull(idempotency.status),
        sql`${idempotency.createdAt} > now() - make_interval(hours => ${retentionHours})`,
      ),
    );

/** Renews the lease of a key that has no stored response yet. */
export const renewLeaseStatement = (db: Database, held: Lease) =>
  db
    .update(idempotency)
    .set({ heldUntil: leaseEnd })
    .where(and(isOwnLease(held), isNull(idempotency.status)));

/** Stores the response of a key whose lease this attempt holds. */
export const storeResponseStatement = (
  db: Database,
  { status, headers, body, ...held }: Lease & { status: number; headers: Record<string, string>; body: string },
) => db.update(idempotency).set({ status, headers, body }).where(isOwnLease(held));

/** Releases the lease: the next request with the same body acquires it, with the same operation id. */
export const releaseLeaseStatement = (db: Database, held: Lease) =>
  db.update(idempotency).set({ heldUntil: sql`now()` }).where(isOwnLease(held));
