import { sql } from "drizzle-orm";
import { operation, type PreviousSecret, type trigger, webhook } from "../../drizzle/schema/index.ts";
import type { Database, Statement } from "../database/index.ts";

/** The tables with signing secrets. */
export type Secured = typeof webhook | typeof trigger;

/** @returns the previous secrets whose overlap has not ended, the newest first */
export const unexpired = (previous: PreviousSecret[], now = Date.now()): PreviousSecret[] =>
  previous.filter(({ until }) => Date.parse(until) > now);

/** The maximum number of previous secrets per row: each signs every delivery. */
const maxPrevious = 9;

export type Rotation = {
  ownerId: string;
  id: string;
  sealedSecret: string;
  sealKey: string;
  /** How long the replaced secret stays valid; 0 ends it at once. */
  overlapSeconds: number;
  /** Whether to end the overlaps of earlier rotations too. */
  endPrevious: boolean;
  opId: string;
};

/**
 * Replaces a secret and keeps the previous ones whose overlap has not ended. The operation's result contains the row's
 * id; it stays null when the row does not exist, or has the maximum number of secrets.
 */
export function rotateSecretRow(database: Database, table: Secured, rotation: Rotation): Statement {
  const { ownerId, id, sealedSecret, sealKey, overlapSeconds, endPrevious, opId } = rotation;
  const touched = table === webhook ? sql`, updated_at = now()` : sql``;
  return database.execute(sql`
    WITH current AS (
      SELECT id, CASE WHEN ${overlapSeconds}::int > 0 THEN jsonb_build_array(jsonb_build_object(
          'sealed', sealed_secret, 'until', now() + make_interval(secs => ${overlapSeconds}::int))) ELSE '[]'::jsonb END
        || CASE WHEN ${endPrevious}::boolean THEN '[]'::jsonb ELSE (
          SELECT coalesce(jsonb_agg(one ORDER BY place), '[]'::jsonb)
          FROM jsonb_array_elements(previous_secrets) WITH ORDINALITY AS earlier (one, place)
          WHERE (one ->> 'until')::timestamptz > now()) END AS kept
      FROM ${table} WHERE owner_id = ${ownerId} AND id = ${id} FOR NO KEY UPDATE
    ),
    rotated AS (
      UPDATE ${table} AS t SET sealed_secret = ${sealedSecret}, previous_secrets = current.kept,
        seal_key = CASE WHEN current.kept = '[]'::jsonb THEN ${sealKey} ELSE t.seal_key END ${touched}
      FROM current WHERE t.id = current.id AND jsonb_array_length(current.kept) <= ${maxPrevious} RETURNING t.id
    )
    UPDATE ${operation} SET result = jsonb_build_object('id', rotated.id) FROM rotated WHERE op_id = ${opId}
    RETURNING result`);
}

export type SealedRow = { id: string; sealedSecret: string; previousSecrets: PreviousSecret[] };

/** Selects rows with a secret encrypted with another key, ordered by id. */
export const selectEncryptedWithOtherKey = (
  database: Database,
  table: Secured,
  sealKey: string,
  after: string,
  limit: number,
) =>
  database.execute<SealedRow>(sql`
    SELECT id, sealed_secret AS "sealedSecret", previous_secrets AS "previousSecrets" FROM ${table}
    WHERE (seal_key < ${sealKey} OR seal_key > ${sealKey}) AND id > ${after} ORDER BY id LIMIT ${limit}`);

/** Replaces the ciphertexts of secrets; leaves a row that was changed in the meantime. */
export const updateEncrypted = (
  database: Database,
  table: Secured,
  sealKey: string,
  before: SealedRow,
  now: SealedRow,
) =>
  database.execute(sql`
    UPDATE ${table} SET sealed_secret = ${now.sealedSecret}, seal_key = ${sealKey},
      previous_secrets = ${JSON.stringify(now.previousSecrets)}::jsonb
    WHERE id = ${before.id} AND sealed_secret = ${before.sealedSecret}
      AND previous_secrets = ${JSON.stringify(before.previousSecrets)}::jsonb`);
