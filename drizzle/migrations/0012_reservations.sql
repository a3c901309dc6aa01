CREATE TABLE "reservation" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"owner_id" text NOT NULL,
	"day" date NOT NULL,
	"micro_usd" bigint NOT NULL,
	"project_id" text NOT NULL,
	"agent" text NOT NULL,
	"model" text NOT NULL,
	"due_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "platform_spending" (
	"day" date PRIMARY KEY NOT NULL,
	"spent" bigint DEFAULT 0 NOT NULL,
	"reserved" bigint DEFAULT 0 NOT NULL,
	"alerted" smallint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX "reservation_owner_id" ON "reservation" USING btree ("owner_id","created_at");--> statement-breakpoint
CREATE INDEX "reservation_due_at" ON "reservation" USING btree ("due_at") WHERE due_at IS NOT NULL;--> statement-breakpoint
INSERT INTO reservation (id, kind, owner_id, day, micro_usd, project_id, agent, model, created_at)
  SELECT id, 'run', owner_id, (request ->> 'day')::date, (request ->> 'reservedMicroUsd')::bigint, project_id,
    coalesce(agent, ''), '', created_at
  FROM run WHERE ended_at IS NULL;
--> statement-breakpoint
INSERT INTO platform_spending (day, spent, reserved) SELECT day, sum(spent), sum(reserved) FROM spending GROUP BY day;
--> statement-breakpoint
-- Reserves money of an account's day and of the platform's day, checked and taken in one statement each, so that parallel
-- calls cannot pass a budget together.
-- meta: {id, kind, ownerId, day, microUsd, projectId, agent, model, dailyMicroUsd, platformMicroUsd?, dueSeconds?}
CREATE FUNCTION open_reservation(meta jsonb) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  wanted bigint := (meta ->> 'microUsd')::bigint;
  daily bigint := (meta ->> 'dailyMicroUsd')::bigint;
  ceiling bigint := (meta ->> 'platformMicroUsd')::bigint;
  on_day date := (meta ->> 'day')::date;
BEGIN
  INSERT INTO spending AS s (owner_id, day, reserved) SELECT meta ->> 'ownerId', on_day, wanted WHERE wanted <= daily
    ON CONFLICT (owner_id, day) DO UPDATE SET reserved = s.reserved + excluded.reserved
      WHERE s.spent + s.reserved + excluded.reserved <= daily;
  IF NOT FOUND THEN RAISE EXCEPTION 'no money left' USING ERRCODE = 'ESBUD'; END IF;

  -- A model without a price reserves nothing, and so never meets the ceiling. A Worker that names no ceiling has none.
  INSERT INTO platform_spending AS p (day, reserved)
    SELECT on_day, wanted WHERE ceiling IS NULL OR wanted = 0 OR wanted <= ceiling
    ON CONFLICT (day) DO UPDATE SET reserved = p.reserved + excluded.reserved
      WHERE ceiling IS NULL OR wanted = 0 OR p.spent + p.reserved + excluded.reserved <= ceiling;
  IF NOT FOUND THEN RAISE EXCEPTION 'no money left on the platform' USING ERRCODE = 'ESPLT'; END IF;

  INSERT INTO reservation (id, kind, owner_id, day, micro_usd, project_id, agent, model, due_at)
    VALUES (meta ->> 'id', meta ->> 'kind', meta ->> 'ownerId', on_day, wanted, meta ->> 'projectId', meta ->> 'agent',
      meta ->> 'model', now() + make_interval(secs => (meta ->> 'dueSeconds')::double precision));
END $$;
--> statement-breakpoint
-- Turns a reservation into what was spent, in the account's day, the platform's day and the usage report. The reservation's
-- row goes with it, so that this happens once, whoever does it and whatever became of the run, its project or its owner.
-- charge: {day, agent, model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, microUsd}
CREATE FUNCTION settle_reservation(reservation_id text, charge jsonb) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  held reservation;
  cost bigint := (charge ->> 'microUsd')::bigint;
  tokens bigint[] := ARRAY[(charge ->> 'inputTokens')::bigint, (charge ->> 'outputTokens')::bigint,
    (charge ->> 'cacheReadTokens')::bigint, (charge ->> 'cacheWriteTokens')::bigint];
BEGIN
  DELETE FROM reservation WHERE id = reservation_id RETURNING * INTO held;
  IF NOT FOUND THEN RETURN false; END IF;
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
-- Reserves money for a call that belongs to no run: all of it, where something is left of the account's day and it has room.
-- meta as of open_reservation, with `planMicroUsd` in the place of `dailyMicroUsd`.
CREATE FUNCTION set_aside(meta jsonb) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  daily bigint := daily_budget(meta ->> 'ownerId', (meta ->> 'planMicroUsd')::bigint);
  taken bigint := coalesce((SELECT s.spent + s.reserved FROM spending s
    WHERE s.owner_id = meta ->> 'ownerId' AND s.day = (meta ->> 'day')::date), 0);
BEGIN
  IF taken >= daily THEN RAISE EXCEPTION 'no money left' USING ERRCODE = 'ESBUD'; END IF;
  PERFORM open_reservation(meta || jsonb_build_object('dailyMicroUsd', daily));
END $$;
--> statement-breakpoint
-- A run's row with its reservation. The project is locked against deletion first: without that a deletion between the look
-- and the insert would be a violated foreign key.
CREATE OR REPLACE FUNCTION add_run(meta jsonb) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE start jsonb := meta -> 'start';
BEGIN
  PERFORM FROM project WHERE id = start ->> 'projectId' AND owner_id = start ->> 'ownerId' FOR KEY SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such project' USING ERRCODE = 'ES404'; END IF;
  PERFORM open_reservation(jsonb_build_object('id', start -> 'id', 'kind', 'run', 'ownerId', start -> 'ownerId',
    'day', start -> 'day', 'microUsd', start -> 'reservedMicroUsd', 'projectId', start -> 'projectId',
    'agent', start #> '{routing,agent}', 'model', '', 'dailyMicroUsd', meta -> 'dailyMicroUsd',
    'platformMicroUsd', meta -> 'platformMicroUsd'));
  INSERT INTO run (id, project_id, owner_id, status, prompt, request, agent, routing, mode, scripted, created_at)
    VALUES (start ->> 'id', start ->> 'projectId', start ->> 'ownerId', 'queued', start ->> 'prompt', start,
      start #>> '{routing,agent}', start -> 'routing', start ->> 'mode', (meta -> 'scripted')::boolean,
      to_timestamp((start ->> 'createdAt')::double precision / 1000));
END $$;
--> statement-breakpoint
-- The reservation of a run whose row is deleted stays until the run's session has settled it. Where that does not happen
-- soon, the sweep asks the session to.
CREATE FUNCTION note_deleted_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE reservation r SET due_at = now() + interval '30 seconds' FROM deleted WHERE r.id = deleted.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER run_deleted AFTER DELETE ON run REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION note_deleted_runs();
--> statement-breakpoint
-- Deletes a project with all it holds. Contents that a fork still uses stay, and so does what its runs have reserved:
-- each of them is settled with what it has used.
CREATE OR REPLACE FUNCTION delete_project(meta jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE locked project := lock_project(meta);
BEGIN
  DELETE FROM project WHERE id = locked.id;
  DELETE FROM blob b WHERE b.space = locked.space AND NOT EXISTS (
    SELECT FROM project p JOIN revision_change c ON c.project_id = p.id
    WHERE p.space = locked.space AND c.after = b.sha256);
  UPDATE operation SET result = jsonb_build_object('projectId', locked.id) WHERE op_id = meta ->> 'opId';
END $$;
--> statement-breakpoint
-- Writes an event and a delivery for each webhook that wants it, in the transaction of what the event tells of. The webhooks
-- are locked against deletion: one that is deleted meanwhile gets no delivery, and does not fail the transaction.
CREATE OR REPLACE FUNCTION tell(event_id text, owner text, project text, event_type text, event_data jsonb) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO event (id, owner_id, project_id, type, data) VALUES (event_id, owner, project, event_type, event_data);
  INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
    SELECT sortable_id('dlv'), tell.event_id, w.id, 'pending', now() FROM webhook w
    WHERE w.owner_id = owner AND w.enabled AND event_type = ANY (w.events)
      AND (w.project_id IS NULL OR w.project_id = project)
    FOR KEY SHARE OF w;
END $$;
--> statement-breakpoint
-- A run's messages, as rows in JSON with the names that the API Worker has for them. None where the project is gone: whoever
-- calls it has locked the project against deletion.
CREATE FUNCTION add_messages(project text, messages jsonb) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO message (id, project_id, run_id, role, agent, content, created_at)
    SELECT m.id, p.id, m."runId", m.role, m.agent, m.content, m."createdAt"
    FROM project p, jsonb_to_recordset(messages) AS m(id text, "runId" text, role text, agent text, content jsonb,
      "createdAt" timestamptz)
    WHERE p.id = add_messages.project
    ON CONFLICT DO NOTHING;
END $$;
