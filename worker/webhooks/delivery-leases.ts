import { sql } from "drizzle-orm";
import { z } from "zod";
import { type Database, executeIdempotent, executeIdempotentBatch } from "../database/index.ts";
import type { Capacity, DueDelivery } from "./drain.ts";
import type { AttemptOutcome } from "./retry-schedule.ts";

/**
 * The duration of a lease, longer than an attempt with its settlement: an expired lease belongs to a drain that
 * crashed.
 */
const leaseSeconds = 40;

/**
 * The maximum numbers of concurrent attempts. A drain has a concurrency of five, so an account whose receivers all hang
 * leaves most of it to others, and an account with one hanging host can still send to its other hosts.
 */
const perAccount = 2;
const perHost = 1;

/**
 * How long a circuit stays open after a timeout: the delay of the second attempt, doubled with each further timeout. A
 * host that fails at once blocks no slot, so its deliveries follow their own schedule. Circuits are per account, since
 * many receivers can share a host, and a receiver that hangs must not stop deliveries to the others.
 */
const firstOpenSeconds = 5;
const maxOpenSeconds = 300;

const claimed = z.array(
  z.object({
    id: z.string(),
    attempts: z.int(),
    webhookId: z.string(),
    ownerId: z.string(),
    isProbe: z.boolean(),
    url: z.string(),
    sealedSecrets: z.array(z.string()),
    eventId: z.string(),
    type: z.string(),
    atMs: z.coerce.number(),
    data: z.unknown(),
  }),
);

/** Serializes claims until the transaction ends, so that the counts of concurrent attempts stay correct. */
const lockClaims = (database: Database) =>
  database.execute(sql`SELECT pg_advisory_xact_lock(hashtext('webhook deliveries'))`);

/**
 * Leases due deliveries for one attempt each. The leases of a drain that crashed expire, and its deliveries are due
 * again.
 *
 * The choice is fair between accounts: each has at most `perAccount` concurrent attempts, and `perHost` per host;
 * accounts with fewer attempts come first, then older deliveries. A host with an open circuit gets no delivery. Once the
 * circuit may close, single attempts probe the host; this returns at most `probes` of them. A disabled webhook's
 * deliveries, except tests, wait until it is enabled.
 */
export async function leaseDue(database: Database, { count, probes }: Capacity): Promise<DueDelivery[]> {
  const statement = database.execute(sql`
    WITH RECURSIVE waiting AS (
      -- The webhooks with pending deliveries, by one index step each, whatever the number of their deliveries.
      (SELECT webhook_id FROM delivery WHERE status = 'pending' ORDER BY webhook_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.webhook_id FROM delivery d WHERE d.status = 'pending' AND d.webhook_id > waiting.webhook_id
        ORDER BY d.webhook_id LIMIT 1)
      FROM waiting WHERE waiting.webhook_id IS NOT NULL
    ),
    busy AS (
      SELECT w.owner_id, w.host FROM delivery d JOIN webhook w ON w.id = d.webhook_id WHERE d.leased_until > now()
    ),
    due AS (
      SELECT w.owner_id, next.id, next.next_attempt_at, c.host IS NOT NULL AS is_probe,
        row_number() OVER (PARTITION BY w.owner_id, w.host ORDER BY next.next_attempt_at, next.id)
          + (SELECT count(*) FROM busy WHERE busy.owner_id = w.owner_id AND busy.host = w.host) AS of_host
      FROM waiting JOIN webhook w ON w.id = waiting.webhook_id
      LEFT JOIN webhook_circuit c ON c.owner_id = w.owner_id AND c.host = w.host
      CROSS JOIN LATERAL (
        (SELECT d.id, d.next_attempt_at FROM delivery d
          WHERE w.enabled AND d.webhook_id = w.id AND d.status = 'pending' AND d.next_attempt_at <= now()
          ORDER BY d.next_attempt_at, d.id LIMIT ${perHost})
        UNION
        (SELECT d.id, d.next_attempt_at FROM delivery d
          WHERE NOT w.enabled AND d.webhook_id = w.id AND d.status = 'pending' AND d.is_test AND d.next_attempt_at <= now()
          ORDER BY d.next_attempt_at, d.id LIMIT ${perHost})
      ) AS next
      WHERE c.open_until IS NULL OR c.open_until <= now()
    ),
    allowed AS (
      SELECT due.*, row_number() OVER (PARTITION BY owner_id ORDER BY is_probe, next_attempt_at, id)
        + (SELECT count(*) FROM busy WHERE busy.owner_id = due.owner_id) AS of_account
      FROM due WHERE of_host <= ${perHost}
    ),
    chosen AS (
      SELECT allowed.*, row_number() OVER (PARTITION BY is_probe ORDER BY of_account, next_attempt_at, id) AS place
      FROM allowed WHERE of_account <= ${perAccount}
    ),
    taken AS (
      SELECT d.id, chosen.is_probe FROM chosen JOIN delivery d ON d.id = chosen.id
      WHERE d.status = 'pending' AND (NOT chosen.is_probe OR chosen.place <= ${probes})
      ORDER BY chosen.of_account, chosen.next_attempt_at, chosen.id LIMIT ${count} FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE delivery SET attempts = attempts + 1, last_attempt_at = now(),
      next_attempt_at = now() + make_interval(secs => ${leaseSeconds}),
      leased_until = now() + make_interval(secs => ${leaseSeconds})
    FROM taken, webhook, event
    WHERE delivery.id = taken.id AND webhook.id = delivery.webhook_id AND event.id = delivery.event_id
    RETURNING delivery.id, delivery.attempts, delivery.webhook_id AS "webhookId", webhook.owner_id AS "ownerId",
      taken.is_probe AS "isProbe", webhook.url,
      webhook.sealed_secret || ARRAY(SELECT earlier ->> 'sealed' FROM jsonb_array_elements(webhook.previous_secrets) earlier
        WHERE (earlier ->> 'until')::timestamptz > now()) AS "sealedSecrets", event.id AS "eventId", event.type, event.data,
      extract(epoch FROM event.created_at) * 1000 AS "atMs"`);
  const [, { rows }] = await executeIdempotentBatch(database, [lockClaims(database), statement]);
  return claimed.parse(rows).map(({ eventId, type, atMs, data, ...due }) => ({
    ...due,
    event: { id: eventId, type, at: new Date(atMs), data },
  }));
}

/**
 * Stores the outcome of an attempt. A success resets the webhook's series of failures; 410, or five days of failures
 * only, disables it and stores the reason. The outcome of an attempt whose lease expired is discarded unless it is a
 * success.
 */
export async function settle(database: Database, due: DueDelivery, outcome: AttemptOutcome): Promise<void> {
  await executeIdempotent(
    outcome.kind === "succeeded" ? succeed(database, due, outcome) : fail(database, due, outcome),
  );
}

const succeed = (database: Database, { id }: DueDelivery, { responseStatus }: AttemptOutcome) =>
  database.execute(sql`
    WITH done AS (
      UPDATE delivery SET status = 'succeeded', response_status = ${responseStatus}, error = NULL, next_attempt_at = NULL,
        leased_until = NULL
      WHERE id = ${id} RETURNING webhook_id
    ), closed AS (
      DELETE FROM webhook_circuit c USING done, webhook w
      WHERE w.id = done.webhook_id AND c.owner_id = w.owner_id AND c.host = w.host
    )
    UPDATE webhook SET failing_since = NULL FROM done WHERE webhook.id = done.webhook_id AND failing_since IS NOT NULL`);

function fail(
  database: Database,
  { id, attempts }: DueDelivery,
  outcome: Exclude<AttemptOutcome, { kind: "succeeded" }>,
) {
  const delaySeconds = outcome.kind === "retry" ? outcome.delaySeconds : null;
  const isGone = outcome.kind === "failed" && outcome.gone;
  const { timedOut } = outcome;
  return database.execute(sql`
    WITH done AS (
      UPDATE delivery SET status = ${delaySeconds === null ? "failed" : "pending"},
        response_status = ${outcome.responseStatus}, error = ${outcome.error},
        next_attempt_at = now() + make_interval(secs => ${delaySeconds}), leased_until = NULL
      WHERE id = ${id} AND attempts = ${attempts} AND status = 'pending' RETURNING webhook_id
    ), closed AS (
      DELETE FROM webhook_circuit c USING done, webhook w
      WHERE NOT ${timedOut}::boolean AND w.id = done.webhook_id AND c.owner_id = w.owner_id AND c.host = w.host
    ), opened AS (
      INSERT INTO webhook_circuit AS c (owner_id, host, failures, open_until)
      SELECT w.owner_id, w.host, 1, now() + make_interval(secs => ${firstOpenSeconds}) FROM done JOIN webhook w ON w.id = done.webhook_id
      WHERE ${timedOut}::boolean
      ON CONFLICT (owner_id, host) DO UPDATE SET failures = c.failures + 1,
        open_until = now() + make_interval(secs => least(${firstOpenSeconds} * 2 ^ least(c.failures, 20), ${maxOpenSeconds}))
    ), why AS (
      SELECT w.id, CASE
        WHEN ${isGone}::boolean THEN 'The URL responded with 410 Gone.'
        WHEN w.failing_since < now() - interval '5 days' THEN 'Every delivery failed for five days.'
      END AS reason FROM done JOIN webhook w ON w.id = done.webhook_id
    )
    UPDATE webhook SET failing_since = coalesce(failing_since, now()), enabled = enabled AND why.reason IS NULL,
      disabled_reason = CASE WHEN enabled THEN why.reason ELSE disabled_reason END
    FROM why WHERE webhook.id = why.id`);
}
