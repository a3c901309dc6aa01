import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, read } from "../database/index.ts";
import type { Due } from "./drain.ts";
import type { Verdict } from "./schedule.ts";

/** Longer than a claim of twenty can take in five lanes of 15 s each: a claim that comes back later was lost in a crash. */
const leaseSeconds = 120;

const claimed = z.array(
  z.object({
    id: z.string(),
    attempts: z.int(),
    webhookId: z.string(),
    url: z.string(),
    sealedSecrets: z.array(z.string()),
    eventId: z.string(),
    type: z.string(),
    atMs: z.coerce.number(),
    data: z.unknown(),
  }),
);

/**
 * Takes what is due, oldest first, for one attempt each. The next attempt is set behind the lease at once, so what a
 * crash leaves behind comes back by itself. A disabled webhook's deliveries wait until it is enabled; a test does not.
 */
export async function claim(database: Database, count: number): Promise<Due[]> {
  const statement = database.execute(sql`
    UPDATE delivery SET attempts = attempts + 1, last_attempt_at = now(),
      next_attempt_at = now() + make_interval(secs => ${leaseSeconds})
    FROM webhook, event
    WHERE delivery.id IN (
        SELECT d.id FROM delivery d JOIN webhook w ON w.id = d.webhook_id JOIN event e ON e.id = d.event_id
        WHERE d.status = 'pending' AND d.next_attempt_at <= now() AND (w.enabled OR e.type = 'webhook.test')
        ORDER BY d.next_attempt_at, d.id LIMIT ${count} FOR UPDATE OF d SKIP LOCKED)
      AND webhook.id = delivery.webhook_id AND event.id = delivery.event_id
    RETURNING delivery.id, delivery.attempts, delivery.webhook_id AS "webhookId", webhook.url,
      CASE WHEN webhook.previous_until > now() THEN ARRAY[webhook.sealed_secret, webhook.previous_sealed_secret]
        ELSE ARRAY[webhook.sealed_secret] END AS "sealedSecrets", event.id AS "eventId", event.type, event.data,
      extract(epoch FROM event.created_at) * 1000 AS "atMs"`);
  const { rows } = await read(statement);
  return claimed.parse(rows).map(({ eventId, type, atMs, data, ...due }) => ({
    ...due,
    event: { id: eventId, type, at: new Date(atMs), data },
  }));
}

/**
 * Stores how an attempt ended. A success also ends the webhook's run of failures; 410, or five days of nothing but
 * failure, disables it and says why. A verdict on an attempt whose lease ran out changes nothing unless it is a success.
 */
export async function settle(database: Database, due: Due, verdict: Verdict): Promise<void> {
  await read(verdict.kind === "succeeded" ? succeed(database, due, verdict) : fail(database, due, verdict));
}

const succeed = (database: Database, { id }: Due, { responseStatus }: Verdict) =>
  database.execute(sql`
    WITH done AS (
      UPDATE delivery SET status = 'succeeded', response_status = ${responseStatus}, error = NULL, next_attempt_at = NULL
      WHERE id = ${id} RETURNING webhook_id
    )
    UPDATE webhook SET failing_since = NULL FROM done WHERE webhook.id = done.webhook_id AND failing_since IS NOT NULL`);

function fail(database: Database, { id, attempts }: Due, verdict: Exclude<Verdict, { kind: "succeeded" }>) {
  const delaySeconds = verdict.kind === "retry" ? verdict.delaySeconds : null;
  const isGone = verdict.kind === "failed" && verdict.gone;
  return database.execute(sql`
    WITH done AS (
      UPDATE delivery SET status = ${delaySeconds === null ? "failed" : "pending"},
        response_status = ${verdict.responseStatus}, error = ${verdict.error},
        next_attempt_at = now() + make_interval(secs => ${delaySeconds})
      WHERE id = ${id} AND attempts = ${attempts} AND status = 'pending' RETURNING webhook_id
    ), why AS (
      SELECT w.id, CASE
        WHEN ${isGone}::boolean THEN 'The address answered 410 Gone.'
        WHEN w.failing_since < now() - interval '5 days' THEN 'Every delivery failed for five days.'
      END AS reason FROM done JOIN webhook w ON w.id = done.webhook_id
    )
    UPDATE webhook SET failing_since = coalesce(failing_since, now()), enabled = enabled AND why.reason IS NULL,
      disabled_reason = CASE WHEN enabled THEN why.reason ELSE disabled_reason END
    FROM why WHERE webhook.id = why.id`);
}
