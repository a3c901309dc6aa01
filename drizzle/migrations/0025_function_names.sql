-- Functions, a column and a table get the names of what they do. Workers of the version before go on meanwhile: for what they
-- call there are functions of the former names (drizzle/functions/former-names) and a view, to be dropped in a later migration.
ALTER TABLE "spending" RENAME COLUMN "told" TO "notified_percent";
--> statement-breakpoint
ALTER TABLE "untold_publication" RENAME TO "publication_outbox";
--> statement-breakpoint
ALTER INDEX "untold_publication_due_at" RENAME TO "publication_outbox_due_at";
--> statement-breakpoint
ALTER INDEX "untold_publication_pkey" RENAME TO "publication_outbox_pkey";
--> statement-breakpoint
CREATE VIEW "untold_publication" AS SELECT "project_id", "number", "due_at" FROM "publication_outbox";
--> statement-breakpoint
-- Nothing calls these any more.
DROP FUNCTION require_result(text, text), reserve(text, date, bigint, bigint), set_aside(text, date, bigint, bigint),
  refuse(text), change_bytes(), revision_bytes();
--> statement-breakpoint
-- A parameter can be renamed only by a new function.
DROP FUNCTION require_project_room(text, integer), add_stored_bytes(text, bigint, bigint),
  require_storage(text, bigint), note_presumed_run(jsonb, integer, integer, integer),
  start_ground(text, text, date, integer, integer, integer), tell(text, text, text, text, jsonb),
  tell_budget(text, date, bigint, text), note_run(jsonb), caller_holds(jsonb, text), token_holds(jsonb, text),
  session_holds(jsonb), take_key(jsonb), begin_run(jsonb);
--> statement-breakpoint
ALTER FUNCTION note_deleted_runs() RENAME TO schedule_settlement_of_deleted_runs;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION emit_event(event_id text, owner text, project text, event_type text, event_data jsonb) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO event (id, owner_id, project_id, type, data) VALUES (event_id, owner, project, event_type, event_data);
  INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
    SELECT sortable_id('dlv'), emit_event.event_id, w.id, 'pending', now() FROM webhook w
    WHERE w.owner_id = owner AND w.enabled AND event_type = ANY (w.events)
      AND (w.project_id IS NULL OR w.project_id = project)
    FOR KEY SHARE OF w;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION record_revision(locked project, meta jsonb, changes file_change[]) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  next_number integer := locked.head + 1;
  fresh text[];
  held record;
  grown bigint;
  outcome jsonb;
BEGIN
  DELETE FROM file f USING unnest(changes) AS c WHERE f.project_id = locked.id AND f.path = c.path AND c.after IS NULL;
  INSERT INTO file (project_id, path, sha256, bytes, language, encoding, revision)
    SELECT locked.id, c.path, c.after, c.bytes, c.language, c.encoding, next_number
    FROM unnest(changes) AS c WHERE c.after IS NOT NULL
    ON CONFLICT (project_id, path) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes,
      language = excluded.language, encoding = excluded.encoding, revision = excluded.revision;

  SELECT array_agg(c.path) INTO fresh FROM unnest(changes) AS c WHERE c.after IS NOT NULL AND c.before IS NULL;
  IF fresh IS NOT NULL THEN PERFORM refuse_path_conflicts(locked.id, fresh); END IF;

  SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes INTO held FROM file WHERE project_id = locked.id;
  -- Looked at only where it decides: a pattern over thousands of paths would lengthen every batch.
  IF held.bytes > (meta ->> 'maxProjectBytes')::bigint AND meta ? 'uncountedPaths' THEN
    held.bytes := held.bytes - least((meta ->> 'maxUncountedBytes')::bigint, (
      SELECT coalesce(sum(f.bytes), 0) FROM file f WHERE f.project_id = locked.id AND f.path ~ (meta ->> 'uncountedPaths')));
  END IF;
  IF held.files > (meta ->> 'maxFiles')::integer OR held.bytes > (meta ->> 'maxProjectBytes')::bigint THEN
    RAISE EXCEPTION 'project too large' USING ERRCODE = 'ESPTL', DETAIL = jsonb_build_object('files', held.files,
      'bytes', held.bytes, 'maxFiles', meta -> 'maxFiles', 'maxBytes', meta -> 'maxProjectBytes')::text;
  END IF;

  INSERT INTO revision (project_id, number, op_id, author_kind, author_id, author_name, run_id, message,
      created, updated, deleted, moved)
    SELECT locked.id, next_number, meta ->> 'opId', meta #>> '{author,kind}', meta #>> '{author,id}',
      meta #>> '{author,name}', meta ->> 'runId', coalesce(meta ->> 'message', ''),
      count(*) FILTER (WHERE c.action = 'created'), count(*) FILTER (WHERE c.action = 'updated'),
      count(*) FILTER (WHERE c.action = 'deleted'), count(*) FILTER (WHERE c.action = 'moved' AND c.after IS NOT NULL)
    FROM unnest(changes) AS c;
  INSERT INTO revision_change (project_id, number, path, action, before, after, from_path, bytes, language, encoding)
    SELECT locked.id, next_number, c.path, c.action, c.before, c.after, c.source, c.bytes, c.language, c.encoding
    FROM unnest(changes) AS c;
  -- A revision counts 1,000 bytes and its message, a change 400: roughly their size in the tables and indexes.
  grown := 1000 + octet_length(coalesce(meta ->> 'message', '')) + cardinality(changes) * 400;
  UPDATE project SET head = next_number, updated_at = clock_timestamp(), log_bytes = log_bytes + grown WHERE id = locked.id;
  PERFORM add_stored_bytes(locked.owner_id, grown + coalesce((meta ->> 'newContentBytes')::bigint, 0),
    (meta ->> 'maxStoredBytes')::bigint);

  -- The source of a move is part of it, not a change of its own.
  SELECT jsonb_build_object('projectId', locked.id, 'revision', next_number, 'changes', coalesce(jsonb_agg(
      jsonb_build_object('path', c.path, 'action', c.action, 'bytes', CASE WHEN c.after IS NULL THEN 0 ELSE c.bytes END,
        'sha256', c.after) ORDER BY c.path COLLATE "C"), '[]')) INTO outcome
    FROM unnest(changes) AS c WHERE NOT (c.action = 'moved' AND c.after IS NULL);
  UPDATE operation SET result = outcome WHERE op_id = meta ->> 'opId';
  IF meta ? 'eventId' THEN
    PERFORM emit_event(meta ->> 'eventId', locked.owner_id, locked.id, 'revision.created', outcome);
  END IF;
  RETURN outcome;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION project_snapshot(project_id text, owner text, on_day date, max_files integer,
  max_messages integer, max_bytes integer) RETURNS json LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE snapshot json;
BEGIN
  SELECT json_build_object(
    'mark', md5(json_build_array(p.name, decides.budget, decides.agents)::text),
    'taken', coalesce((SELECT s.spent + s.reserved FROM spending s WHERE s.owner_id = owner AND s.day = on_day), 0),
    'name', p.name,
    'head', p.head,
    'budget', decides.budget,
    'agents', decides.agents,
    'files', (SELECT CASE WHEN count(*) <= max_files THEN coalesce(json_agg(json_build_object('path', f.path,
        'sha256', f.sha256, 'bytes', f.bytes, 'language', f.language, 'encoding', f.encoding, 'revision', f.revision)
        ORDER BY f.path COLLATE "C"), '[]') END
      FROM (SELECT * FROM file WHERE file.project_id = p.id LIMIT max_files + 1) f),
    -- Two subqueries, since an aggregate is made before the CASE around it decides; stored sizes are known without reading.
    'messages', CASE WHEN (SELECT coalesce(sum(pg_column_size(m.content)), 0)
        FROM (SELECT message.content FROM message WHERE message.project_id = p.id
          ORDER BY message.id DESC LIMIT max_messages) m) <= max_bytes
      THEN (SELECT coalesce(json_agg(json_build_object('id', m.id, 'role', m.role, 'runId', m.run_id, 'agent', m.agent,
          'content', m.content, 'createdAt', to_char(m.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
          ORDER BY m.id), '[]')
        FROM (SELECT * FROM message WHERE message.project_id = p.id ORDER BY message.id DESC LIMIT max_messages) m) END
  ) INTO snapshot
  FROM project p, LATERAL (
    SELECT (SELECT u.daily_micro_usd FROM "user" u WHERE u.id = owner) AS budget,
      (SELECT coalesce(json_agg(a.definition ORDER BY a.name), '[]') FROM project_agent a
        WHERE a.project_id = p.id AND a.owner_id = owner) AS agents
    -- Kept from being taken apart, and so asked twice.
    OFFSET 0) decides
  WHERE p.id = project_snapshot.project_id AND p.owner_id = owner;
  RETURN snapshot;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION insert_run_operation(meta jsonb) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE outcome jsonb := jsonb_build_object('runId', meta #> '{start,id}');
BEGIN
  INSERT INTO operation (op_id, kind, result) VALUES (meta ->> 'opId', 'run.created', outcome);
  RETURN outcome;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION insert_run(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE outcome jsonb := insert_run_operation(meta);
BEGIN
  PERFORM add_run(meta);
  RETURN outcome;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION token_is_valid(cached jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE used timestamptz;
BEGIN
  SELECT t.last_used_at INTO used FROM api_token t JOIN "user" u ON u.id = t.user_id
    WHERE t.sha256 = cached ->> 'sha256' AND t.id = cached ->> 'id' AND t.user_id = cached ->> 'ownerId'
      AND u.plan = cached ->> 'plan' AND scope = ANY(t.scopes)
      AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
      AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
  IF NOT FOUND THEN RETURN false; END IF;
  IF used IS NULL OR used < now() - interval '1 minute' THEN
    UPDATE api_token SET last_used_at = now() WHERE id = cached ->> 'id';
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION insert_run_optimistic(meta jsonb, max_files integer, max_messages integer, max_bytes integer)
RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  start jsonb := meta -> 'start';
  snapshot json;
BEGIN
  PERFORM insert_run_operation(meta);
  IF caller_is_valid(meta, 'runs:write') THEN
    snapshot := project_snapshot(start ->> 'projectId', start ->> 'ownerId', (start ->> 'day')::date, max_files, max_messages,
      max_bytes);
  END IF;
  IF snapshot IS NULL OR snapshot ->> 'mark' IS DISTINCT FROM meta ->> 'mark'
    OR (snapshot ->> 'taken')::bigint >= (meta ->> 'dailyMicroUsd')::bigint THEN
    RAISE EXCEPTION 'the cached data is stale' USING ERRCODE = 'ES412';
  END IF;
  IF meta ? 'key' AND NOT claim_idempotency_key(meta -> 'key') THEN
    RAISE EXCEPTION 'the key has been used' USING ERRCODE = 'ESKEY';
  END IF;
  PERFORM add_run(meta);
  RETURN snapshot;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION session_is_valid(cached jsonb) RETURNS boolean LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN EXISTS (SELECT FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.token = cached ->> 'token' AND s.user_id = cached ->> 'ownerId'
      AND u.plan = cached ->> 'plan' AND u.suspended_at IS NULL AND u.deletion_due_at IS NULL
      AND s.expires_at > now());
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION caller_is_valid(meta jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF meta ? 'session' THEN RETURN session_is_valid(meta -> 'session'); END IF;
  RETURN token_is_valid(meta -> 'token', scope);
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION claim_idempotency_key(claim jsonb) RETURNS boolean LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO idempotency (user_id, key, fingerprint, holder, held_until, status, headers, body)
    VALUES (claim ->> 'userId', claim ->> 'key', claim ->> 'fingerprint', claim ->> 'holder', now(),
      (claim ->> 'status')::integer, claim -> 'headers', claim ->> 'body')
    ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION emit_budget_event(owner text, on_day date, plan_daily bigint, event_id text) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  daily bigint := daily_budget(owner, plan_daily);
  now_spent bigint;
  notified_before smallint;
  percent smallint;
BEGIN
  SELECT s.spent, s.notified_percent INTO now_spent, notified_before FROM spending s
    WHERE s.owner_id = owner AND s.day = on_day FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  percent := CASE WHEN now_spent = 0 THEN 0 WHEN now_spent >= daily THEN 100 WHEN now_spent >= daily * 0.8 THEN 80 ELSE 0 END;
  IF percent = notified_before THEN RETURN; END IF;
  UPDATE spending SET notified_percent = percent WHERE owner_id = owner AND day = on_day;
  IF percent > notified_before THEN
    PERFORM emit_event(event_id, owner, NULL, 'budget.threshold', jsonb_build_object('day', on_day, 'percent', percent,
      'spentMicroUsd', now_spent, 'dailyMicroUsd', daily));
  END IF;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION schedule_settlement_of_deleted_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE reservation r SET due_at = now() + interval '30 seconds' FROM deleted WHERE r.id = deleted.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION require_project_room(owner text, max_projects integer) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF (SELECT a.projects FROM account_storage a WHERE a.owner_id = owner) > max_projects THEN
    RAISE EXCEPTION 'too many projects' USING ERRCODE = 'ESTMP', DETAIL = jsonb_build_object('limit', max_projects)::text;
  END IF;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION add_stored_bytes(owner text, added bigint, max_bytes bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE total bigint;
BEGIN
  UPDATE account_storage a SET bytes = a.bytes + added WHERE a.owner_id = owner RETURNING a.bytes INTO total;
  IF total > max_bytes THEN
    RAISE EXCEPTION 'storage is full' USING ERRCODE = 'ESSTO',
      DETAIL = jsonb_build_object('bytes', total, 'limit', max_bytes)::text;
  END IF;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION require_storage(owner text, max_bytes bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE total bigint := (SELECT a.bytes FROM account_storage a WHERE a.owner_id = owner);
BEGIN
  IF total > max_bytes THEN
    RAISE EXCEPTION 'storage is full' USING ERRCODE = 'ESSTO',
      DETAIL = jsonb_build_object('bytes', total, 'limit', max_bytes)::text;
  END IF;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION take_down(taken_id text, audit_id text, operator text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  owner text;
  publication_number integer;
BEGIN
  UPDATE project SET visibility = 'private', published_revision = NULL, publication = publication + 1,
    preview_epoch = preview_epoch + 1, updated_at = clock_timestamp() WHERE id = taken_id AND visibility = 'public'
    RETURNING owner_id, publication INTO owner, publication_number;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO publication_outbox (project_id, number, due_at) VALUES (taken_id, publication_number, now())
    ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at;
  INSERT INTO audit (id, user_id, actor_kind, actor_id, action, subject)
    VALUES (audit_id, owner, 'system', operator, 'project.unpublished', taken_id) ON CONFLICT DO NOTHING;
  RETURN owner;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION tell(event_id text, owner text, project text, event_type text, event_data jsonb) RETURNS void
LANGUAGE sql AS $$ SELECT emit_event(event_id, owner, project, event_type, event_data) $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION tell_budget(owner text, on_day date, plan_daily bigint, event_id text) RETURNS void
LANGUAGE sql AS $$ SELECT emit_budget_event(owner, on_day, plan_daily, event_id) $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION note_run(meta jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT insert_run(meta) $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION note_presumed_run(meta jsonb, max_files integer, max_messages integer, max_bytes integer)
RETURNS json LANGUAGE sql AS $$ SELECT insert_run_optimistic(meta, max_files, max_messages, max_bytes) $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION start_ground(project_id text, owner text, on_day date, max_files integer, max_messages integer,
  max_bytes integer) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT project_snapshot(project_id, owner, on_day, max_files, max_messages, max_bytes)
$$;
