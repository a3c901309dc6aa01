-- `mark`: names what of a project a start is decided by (its name, its owner's budget, its own agents), so that who remembers
-- it can have the database say whether it still holds. All else is as before.
CREATE OR REPLACE FUNCTION start_ground(project_id text, owner text, on_day date, most_files integer,
  most_messages integer, most_bytes integer) RETURNS json LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE ground json;
BEGIN
  SELECT json_build_object(
    'mark', md5(json_build_array(p.name, decides.budget, decides.agents)::text),
    'taken', coalesce((SELECT s.spent + s.reserved FROM spending s WHERE s.owner_id = owner AND s.day = on_day), 0),
    'name', p.name,
    'head', p.head,
    'budget', decides.budget,
    'agents', decides.agents,
    'files', (SELECT CASE WHEN count(*) <= most_files THEN coalesce(json_agg(json_build_object('path', f.path,
        'sha256', f.sha256, 'bytes', f.bytes, 'language', f.language, 'encoding', f.encoding, 'revision', f.revision)
        ORDER BY f.path COLLATE "C"), '[]') END
      FROM (SELECT * FROM file WHERE file.project_id = p.id LIMIT most_files + 1) f),
    -- Two subqueries, since an aggregate is made before the CASE around it decides; stored sizes are known without reading.
    'messages', CASE WHEN (SELECT coalesce(sum(pg_column_size(m.content)), 0)
        FROM (SELECT message.content FROM message WHERE message.project_id = p.id
          ORDER BY message.id DESC LIMIT most_messages) m) <= most_bytes
      THEN (SELECT coalesce(json_agg(json_build_object('id', m.id, 'role', m.role, 'runId', m.run_id, 'agent', m.agent,
          'content', m.content, 'createdAt', to_char(m.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
          ORDER BY m.id), '[]')
        FROM (SELECT * FROM message WHERE message.project_id = p.id ORDER BY message.id DESC LIMIT most_messages) m) END
  ) INTO ground
  FROM project p, LATERAL (
    SELECT (SELECT u.daily_micro_usd FROM "user" u WHERE u.id = owner) AS budget,
      (SELECT coalesce(json_agg(a.definition ORDER BY a.name), '[]') FROM project_agent a
        WHERE a.project_id = p.id AND a.owner_id = owner) AS agents
    -- Kept from being taken apart, and so asked twice.
    OFFSET 0) decides
  WHERE p.id = start_ground.project_id AND p.owner_id = owner;
  RETURN ground;
END $$;
--> statement-breakpoint
-- Sets money aside where the day's budget has room for it. Checked and taken in one statement, so that parallel starts
-- cannot pass the budget together.
CREATE FUNCTION reserve(owner text, on_day date, micro_usd bigint, daily_micro_usd bigint) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO spending (owner_id, day, reserved) VALUES (owner, on_day, micro_usd)
    ON CONFLICT (owner_id, day) DO UPDATE SET reserved = spending.reserved + excluded.reserved
      WHERE spending.spent + spending.reserved + excluded.reserved <= daily_micro_usd;
  RETURN FOUND;
END $$;
--> statement-breakpoint
-- The operation of a run's note. It comes before all else, so that a note sent again fails on it, whatever has changed
-- since: the first may have taken the last of the budget itself.
CREATE FUNCTION begin_run(meta jsonb) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE outcome jsonb := jsonb_build_object('runId', meta #> '{start,id}');
BEGIN
  INSERT INTO operation (op_id, kind, result) VALUES (meta ->> 'opId', 'run.created', outcome);
  RETURN outcome;
END $$;
--> statement-breakpoint
-- A run's row, and its money set aside.
CREATE FUNCTION add_run(meta jsonb) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE start jsonb := meta -> 'start';
BEGIN
  IF NOT EXISTS (SELECT FROM project WHERE id = start ->> 'projectId' AND owner_id = start ->> 'ownerId') THEN
    RAISE EXCEPTION 'no such project' USING ERRCODE = 'ES404';
  END IF;
  IF NOT reserve(start ->> 'ownerId', (start ->> 'day')::date, (start ->> 'reservedMicroUsd')::bigint,
      (meta ->> 'dailyMicroUsd')::bigint) THEN
    RAISE EXCEPTION 'no money left' USING ERRCODE = 'ESBUD';
  END IF;
  INSERT INTO run (id, project_id, owner_id, status, prompt, request, agent, routing, mode, scripted, created_at)
    VALUES (start ->> 'id', start ->> 'projectId', start ->> 'ownerId', 'queued', start ->> 'prompt', start,
      start #>> '{routing,agent}', start -> 'routing', start ->> 'mode', (meta -> 'scripted')::boolean,
      to_timestamp((start ->> 'createdAt')::double precision / 1000));
END $$;
--> statement-breakpoint
-- Notes a run: `meta` is a `RunNote` (worker/runs/store.ts).
CREATE FUNCTION note_run(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE outcome jsonb := begin_run(meta);
BEGIN
  PERFORM add_run(meta);
  RETURN outcome;
END $$;
--> statement-breakpoint
-- Whether a token is still what somebody remembers of it, neither revoked nor expired, and has a scope; its use is noted then,
-- at most once a minute.
CREATE FUNCTION token_holds(remembered jsonb, scope text) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE used timestamptz;
BEGIN
  SELECT t.last_used_at INTO used FROM api_token t JOIN "user" u ON u.id = t.user_id
    WHERE t.sha256 = remembered ->> 'sha256' AND t.id = remembered ->> 'id' AND t.user_id = remembered ->> 'ownerId'
      AND u.plan = remembered ->> 'plan' AND scope = ANY(t.scopes)
      AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
  IF NOT FOUND THEN RETURN false; END IF;
  IF used IS NULL OR used < now() - interval '1 minute' THEN
    UPDATE api_token SET last_used_at = now() WHERE id = remembered ->> 'id';
  END IF;
  RETURN true;
END $$;
--> statement-breakpoint
-- `note_run` for a start that was decided by what is remembered of a token (`meta.token`) and of the project (`meta.mark`); it
-- gives the ground. Where that does not hold any more, or the day's budget is spent, it fails, and so notes nothing.
CREATE FUNCTION note_presumed_run(meta jsonb, most_files integer, most_messages integer, most_bytes integer) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  start jsonb := meta -> 'start';
  ground json;
BEGIN
  PERFORM begin_run(meta);
  IF token_holds(meta -> 'token', 'runs:write') THEN
    ground := start_ground(start ->> 'projectId', start ->> 'ownerId', (start ->> 'day')::date, most_files, most_messages,
      most_bytes);
  END IF;
  IF ground IS NULL OR ground ->> 'mark' IS DISTINCT FROM meta ->> 'mark'
    OR (ground ->> 'taken')::bigint >= (meta ->> 'dailyMicroUsd')::bigint THEN
    RAISE EXCEPTION 'what is remembered does not hold' USING ERRCODE = 'ES412';
  END IF;
  PERFORM add_run(meta);
  RETURN ground;
END $$;
