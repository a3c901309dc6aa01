CREATE TABLE "alert_event" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"is_notified" boolean DEFAULT false NOT NULL,
	"leased_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "alert_rule" (
	"name" text PRIMARY KEY NOT NULL,
	"metric" text NOT NULL,
	"aggregation" text NOT NULL,
	"window_seconds" integer NOT NULL,
	"threshold" double precision NOT NULL,
	"for_seconds" integer NOT NULL,
	"cooldown_seconds" integer NOT NULL,
	"severity" text NOT NULL,
	"min_samples" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'ok' NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"pending_since" timestamp (3) with time zone,
	"resolved_at" timestamp (3) with time zone,
	"value" double precision,
	"evaluated_at" timestamp (3) with time zone,
	"transitions" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "charge" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"owner_id" text NOT NULL,
	"day" date,
	"usage_day" date,
	"micro_usd" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "metric_minute" (
	"minute" timestamp (3) with time zone NOT NULL,
	"isolate" text NOT NULL,
	"version" bigint NOT NULL,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"latency" jsonb NOT NULL,
	"database_ms" double precision NOT NULL,
	"database_calls" integer NOT NULL,
	"database_max_ms" double precision NOT NULL,
	"held_bytes" bigint NOT NULL,
	"open_streams" integer NOT NULL,
	"counters" jsonb NOT NULL,
	"routes" jsonb NOT NULL,
	"faults" jsonb NOT NULL,
	"slow_queries" jsonb NOT NULL,
	CONSTRAINT "metric_minute_minute_isolate_pk" PRIMARY KEY("minute","isolate")
);
--> statement-breakpoint
CREATE INDEX "alert_event_at" ON "alert_event" USING btree ("at");--> statement-breakpoint
CREATE INDEX "alert_event_pending" ON "alert_event" USING btree ("at") WHERE NOT "alert_event"."is_notified";--> statement-breakpoint
CREATE INDEX "charge_created_at" ON "charge" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "charge_day" ON "charge" USING btree ("day");--> statement-breakpoint
CREATE INDEX "charge_usage_day" ON "charge" USING btree ("usage_day");
--> statement-breakpoint
-- What was spent yesterday and today before there was a ledger, so that the days add up from the start. The lock waits
-- for charges that are being made.
LOCK TABLE "reservation", "spending", "usage" IN SHARE ROW EXCLUSIVE MODE;
--> statement-breakpoint
INSERT INTO "charge" ("id", "kind", "owner_id", "day", "micro_usd")
  SELECT 'opening_' || "owner_id" || '_' || "day", 'opening', "owner_id", "day", "spent" FROM "spending"
  WHERE "spent" > 0 AND "day" >= current_date - 1;
--> statement-breakpoint
INSERT INTO "charge" ("id", "kind", "owner_id", "usage_day", "micro_usd")
  SELECT 'opening_usage_' || "owner_id" || '_' || "day", 'opening', "owner_id", "day", sum("micro_usd") FROM "usage"
  WHERE "day" >= current_date - 1 GROUP BY "owner_id", "day" HAVING sum("micro_usd") > 0;
--> statement-breakpoint
-- Deletes a reservation and adds what was spent to the account's day, the platform's day, the usage report and the
-- ledger. Returns false where the reservation is gone: a charge is made once, whoever makes it and whatever became of
-- the run, its project or its owner.
-- charge: {day, agent, model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microUsd}
CREATE OR REPLACE FUNCTION settle_reservation(reservation_id text, charge jsonb) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  held reservation;
  cost bigint := (charge ->> 'microUsd')::bigint;
  tokens bigint[] := ARRAY[(charge ->> 'inputTokens')::bigint, (charge ->> 'outputTokens')::bigint,
    (charge ->> 'cacheReadTokens')::bigint, (charge ->> 'cacheWriteTokens')::bigint];
BEGIN
  DELETE FROM reservation WHERE id = reservation_id RETURNING * INTO held;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO charge AS c (id, kind, owner_id, day, usage_day, micro_usd)
    VALUES (held.id, held.kind, held.owner_id, held.day, (charge ->> 'day')::date, cost)
    ON CONFLICT (id) DO UPDATE SET micro_usd = c.micro_usd + excluded.micro_usd;
  INSERT INTO spending AS s (owner_id, day, spent) VALUES (held.owner_id, held.day, cost)
    ON CONFLICT (owner_id, day) DO UPDATE
      SET spent = s.spent + excluded.spent, reserved = greatest(0, s.reserved - held.micro_usd);
  INSERT INTO platform_spending AS p (day, spent) VALUES (held.day, cost)
    ON CONFLICT (day) DO UPDATE
      SET spent = p.spent + excluded.spent, reserved = greatest(0, p.reserved - held.micro_usd);
  IF cost > 0 OR tokens <> '{0,0,0,0}' THEN
    INSERT INTO usage AS u (owner_id, day, project_id, agent, model, input_tokens, output_tokens, cache_read_tokens,
        cache_write_tokens, micro_usd)
      VALUES (held.owner_id, (charge ->> 'day')::date, held.project_id, charge ->> 'agent', charge ->> 'model',
        tokens[1], tokens[2], tokens[3], tokens[4], cost)
      ON CONFLICT (owner_id, day, project_id, agent, model) DO UPDATE
        SET input_tokens = u.input_tokens + excluded.input_tokens,
          output_tokens = u.output_tokens + excluded.output_tokens,
          cache_read_tokens = u.cache_read_tokens + excluded.cache_read_tokens,
          cache_write_tokens = u.cache_write_tokens + excluded.cache_write_tokens,
          micro_usd = u.micro_usd + excluded.micro_usd;
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint
-- Stores the state of an alert rule after an evaluation. `change` with an `event` is a transition: it is written to the
-- history, and to the outbox of each owner of the platform, in the same transaction. Returns false where another
-- evaluation has changed the state since it was read: of two evaluations one alone fires an alert.
-- change: {name, transitions, state, since, pendingSince, resolvedAt, value, evaluatedAt, owners, needsVerified,
--   event: {id, kind, data} | null}
CREATE OR REPLACE FUNCTION change_alert(change jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  is_transition boolean := jsonb_typeof(change -> 'event') = 'object';
BEGIN
  UPDATE alert_rule SET state = change ->> 'state', since = (change ->> 'since')::timestamptz,
      pending_since = (change ->> 'pendingSince')::timestamptz, resolved_at = (change ->> 'resolvedAt')::timestamptz,
      value = (change ->> 'value')::double precision, evaluated_at = (change ->> 'evaluatedAt')::timestamptz,
      transitions = transitions + is_transition::integer
    WHERE name = change ->> 'name' AND transitions = (change ->> 'transitions')::integer;
  IF NOT FOUND THEN RETURN false; END IF;
  IF is_transition THEN
    INSERT INTO alert_event (id, name, kind, data, at)
      VALUES (change #>> '{event,id}', change ->> 'name', change #>> '{event,kind}', change #> '{event,data}',
        (change ->> 'evaluatedAt')::timestamptz);
    PERFORM emit_event(sortable_id('evt'), u.id, NULL, 'alert.' || (change #>> '{event,kind}'), change #> '{event,data}')
      FROM "user" u WHERE u.email IN (SELECT jsonb_array_elements_text(change -> 'owners')) AND u.suspended_at IS NULL
        AND (u.email_verified OR NOT (change ->> 'needsVerified')::boolean);
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint
INSERT INTO "alert_rule" ("name", "metric", "aggregation", "window_seconds", "threshold", "for_seconds", "cooldown_seconds",
  "severity", "min_samples") VALUES
  ('api_error_rate', 'error_rate', 'avg', 300, 0.01, 0, 900, 'page', 20),
  ('model_spend_daily', 'model_micro_usd', 'sum', 86400, 100000000, 0, 900, 'page', 0),
  ('database_slow_query', 'database_max_ms', 'max', 60, 1000, 0, 900, 'ticket', 0),
  ('memory', 'held_bytes_share', 'max', 60, 0.8, 60, 900, 'page', 0),
  ('deliveries_lag', 'deliveries_lag_seconds', 'max', 60, 300, 300, 900, 'ticket', 0),
  ('failed_runs', 'failed_runs_share', 'avg', 900, 0.5, 0, 900, 'ticket', 20),
  ('limiter_degraded', 'limiter_degraded', 'sum', 300, 10, 0, 900, 'page', 0),
  ('sign_in_failures', 'failed_sign_ins', 'sum', 600, 200, 0, 900, 'ticket', 0),
  ('spend_mismatch', 'spend_differences', 'max', 60, 0, 0, 900, 'page', 0);
