-- Applies changes as the project's next revision and stores the result in the operation's row; with `meta.eventId` it
-- also emits `revision.created`. The run whose changes the revision undoes (`meta.undoes`) gets its number. The revision
-- and its new contents add to the account's storage. Raises ESPTL when the project has more files or bytes than the
-- plan allows; lock files and type declarations (`meta.uncountedPaths`) do not count up to a limit.
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
  IF meta ? 'undoes' THEN
    UPDATE run SET undone_by = next_number WHERE id = meta ->> 'undoes' AND project_id = locked.id;
  END IF;
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
