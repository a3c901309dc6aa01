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
