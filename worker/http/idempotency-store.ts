import { and, eq, getTableColumns, isNotNull, isNull, sql } from "drizzle-orm";
import { idempotency } from "../../drizzle/schema/index.ts";
import { type Database, executeIdempotentBatch } from "../database/index.ts";
import { AppError } from "../errors.ts";

export type KeyRow = {
  fingerprint: string;
  holder: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
  createdAt: Date;
  /** How long the holder still has the key unless it renews its lease, in milliseconds. */
  leaseLeftMs: number;
};

/**
 * A request's Idempotency-Key. `holder` names this attempt. `isOpen` while nobody has looked whether the key was used; after
 * that this attempt holds it (`isHeld`), or the write has taken it itself, or another request has it.
 */
export type Keyed = {
  userId: string;
  key: string;
  fingerprint: string;
  holder: string;
  isOpen: boolean;
  isHeld: boolean;
  /** While the key is held: ends the renewing of its lease. */
  stopRenewing?: () => void;
};

type Held = { userId: string; key: string; holder: string };

/** The key of a holder that crashed is free again after this; one that lives renews its lease before. */
export const leaseMs = 6_000;
export const renewEveryMs = 2_000;
const keptHours = 24;

const leaseEnd = sql<Date>`now() + make_interval(secs => ${leaseMs / 1_000})`;

const mine = ({ userId, key, holder }: Held) =>
  and(eq(idempotency.userId, userId), eq(idempotency.key, key), eq(idempotency.holder, holder));

/** Takes the key where it is free, and tells whose it is: one request, safe to send twice. */
export async function holdKey(
  db: Database,
  { userId, key, holder, fingerprint }: Held & { fingerprint: string },
): Promise<KeyRow> {
  const expired = sql`${idempotency.createdAt} < now() - make_interval(hours => ${keptHours})`;
  const take = db
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
  const look = db
    .select({
      ...getTableColumns(idempotency),
      leaseLeftMs: sql`greatest(0, extract(epoch FROM ${idempotency.heldUntil} - now()) * 1000)`.mapWith(Number),
    })
    .from(idempotency)
    .where(and(eq(idempotency.userId, userId), eq(idempotency.key, key)));
  const [, rows] = await executeIdempotentBatch(db, [take, look]);
  const row = rows[0];
  if (!row) throw new AppError("dependency_down", "The key could not be kept. Try again.", { retryAfter: 1 });
  // Written by us as an object of strings.
  return { ...row, headers: row.headers as Record<string, string> | null };
}

/** The answer that is kept under a key, whoever made it; nothing is held by looking. */
export const selectAnswer = (
  db: Database,
  { userId, key, fingerprint }: Omit<Held, "holder"> & { fingerprint: string },
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
        sql`${idempotency.createdAt} > now() - make_interval(hours => ${keptHours})`,
      ),
    );

/** Goes on holding a key that this attempt holds and has no answer to yet. */
export const renewStatement = (db: Database, held: Held) =>
  db
    .update(idempotency)
    .set({ heldUntil: leaseEnd })
    .where(and(mine(held), isNull(idempotency.status)));

export const answerStatement = (
  db: Database,
  { status, headers, body, ...held }: Held & { status: number; headers: Record<string, string>; body: string },
) => db.update(idempotency).set({ status, headers, body }).where(mine(held));

/** Lets go of the key: whoever asks again with the same body has the hold, and names the same write. */
export const passOnStatement = (db: Database, held: Held) =>
  db.update(idempotency).set({ heldUntil: sql`now()` }).where(mine(held));
