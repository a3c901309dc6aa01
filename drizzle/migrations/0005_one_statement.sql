-- A server built without LZ4 would compress contents with pglz, which takes more than a third of the time of a batch of
-- 100 files; there they are kept as they are.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'blob'::regclass AND attname = 'content' AND attcompression = 'l')
  THEN ALTER TABLE blob ALTER COLUMN content SET STORAGE EXTERNAL; END IF;
END $$;
--> statement-breakpoint
-- Applies changes as the project's next revision, stores the result in the operation's row and, where `meta` has an
-- `eventId`, tells of it: a statement less to send than when the outbox followed.
CREATE OR REPLACE FUNCTION record_revision(locked project, meta jsonb, changes file_change[]) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  next_number integer := locked.head + 1;
  fresh text[];
  held record;
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
  UPDATE project SET head = next_number, updated_at = clock_timestamp() WHERE id = locked.id;

  -- The source of a move is part of it, not a change of its own.
  SELECT jsonb_build_object('projectId', locked.id, 'revision', next_number, 'changes', coalesce(jsonb_agg(
      jsonb_build_object('path', c.path, 'action', c.action, 'bytes', CASE WHEN c.after IS NULL THEN 0 ELSE c.bytes END,
        'sha256', c.after) ORDER BY c.path COLLATE "C"), '[]')) INTO outcome
    FROM unnest(changes) AS c WHERE NOT (c.action = 'moved' AND c.after IS NULL);
  UPDATE operation SET result = outcome WHERE op_id = meta ->> 'opId';
  IF meta ? 'eventId' THEN
    PERFORM tell(meta ->> 'eventId', locked.owner_id, locked.id, 'revision.created', outcome);
  END IF;
  RETURN outcome;
END $$;
--> statement-breakpoint
-- Fails the transaction with a state of class ES; in place of a value that is missing (`coalesce(value, refuse('ES…'))`).
-- `require_result` did that before; it stays for Workers that are still of the version before.
CREATE FUNCTION refuse(state text) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'nothing was done' USING ERRCODE = state;
END $$;
--> statement-breakpoint
-- All that starting a run asks of a project, and what the run itself asks first; no row, and NULL, where the project is not
-- the owner's. Files and messages that are too many to go along are null. A function, so that its plan is kept; `json`,
-- which is only passed on, costs less to build than `jsonb`.
CREATE FUNCTION start_ground(project_id text, owner text, on_day date, most_files integer, most_messages integer,
  most_bytes integer) RETURNS json LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE ground json;
BEGIN
  SELECT json_build_object(
    'name', p.name,
    'head', p.head,
    'budget', (SELECT u.daily_micro_usd FROM "user" u WHERE u.id = owner),
    'taken', coalesce((SELECT s.spent + s.reserved FROM spending s WHERE s.owner_id = owner AND s.day = on_day), 0),
    'agents', (SELECT coalesce(json_agg(a.definition ORDER BY a.name), '[]') FROM project_agent a
      WHERE a.project_id = p.id AND a.owner_id = owner),
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
  ) INTO ground FROM project p WHERE p.id = start_ground.project_id AND p.owner_id = owner;
  RETURN ground;
END $$;
