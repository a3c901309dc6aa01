-- File batches. Each function runs inside the caller's transaction, after the row of its operation was inserted.
-- A guard that fails raises a SQLSTATE of class ES, which worker/database/errors.ts turns into a code;
-- DETAIL is JSON for the answer. ES404 no such project, ES412 precondition, ES422 unusable number, ES409 changed
-- meanwhile, ESFEX file exists, ESFMI file missing, ESPCO path conflict, ESFTL file too large, ESPTL project too large.

-- Two paths that differ by case alone, or a file where a folder is, cannot be checked out on every system.
CREATE INDEX file_fold ON file (project_id, (lower(path COLLATE "pg_c_utf8")));
--> statement-breakpoint
CREATE FUNCTION sortable_id(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT prefix || '_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)
$$;
--> statement-breakpoint
CREATE FUNCTION project_etag(head integer, updated_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '"' || head || '-' || (extract(epoch FROM updated_at) * 1000)::bigint || '"'
$$;
--> statement-breakpoint
CREATE FUNCTION tree_at(project text, at_number integer)
RETURNS TABLE (path text, sha256 text, bytes integer, language text, encoding text, revision integer)
LANGUAGE sql STABLE AS $$
  SELECT t.path, t.after, t.bytes, t.language, t.encoding, t.number FROM (
    SELECT DISTINCT ON (c.path) c.path, c.after, c.bytes, c.language, c.encoding, c.number
    FROM revision_change c WHERE c.project_id = project AND c.number <= at_number
    ORDER BY c.path, c.number DESC
  ) t WHERE t.after IS NOT NULL
$$;
--> statement-breakpoint
CREATE FUNCTION lock_project(meta jsonb) RETURNS project LANGUAGE plpgsql AS $$
DECLARE found_project project;
BEGIN
  SELECT * INTO found_project FROM project
    WHERE id = meta ->> 'projectId' AND owner_id = meta ->> 'ownerId' FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such project' USING ERRCODE = 'ES404'; END IF;
  IF meta ->> 'ifMatch' <> project_etag(found_project.head, found_project.updated_at) THEN
    RAISE EXCEPTION 'the project has changed' USING ERRCODE = 'ES412';
  END IF;
  RETURN found_project;
END $$;
--> statement-breakpoint
-- Applies changes [{path, action, before, after, from, bytes, language, encoding}] as the project's next revision.
CREATE FUNCTION record_revision(locked project, meta jsonb, changes jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  next_number integer := locked.head + 1;
  offender record;
  held record;
  outcome jsonb;
BEGIN
  DELETE FROM file f USING jsonb_to_recordset(changes) AS c(path text, after text)
    WHERE f.project_id = locked.id AND f.path = c.path AND c.after IS NULL;
  INSERT INTO file (project_id, path, sha256, bytes, language, encoding, revision)
    SELECT locked.id, c.path, c.after, c.bytes, c.language, c.encoding, next_number
    FROM jsonb_to_recordset(changes) AS c(path text, after text, bytes integer, language text, encoding text)
    WHERE c.after IS NOT NULL
    ON CONFLICT (project_id, path) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes,
      language = excluded.language, encoding = excluded.encoding, revision = excluded.revision;

  WITH fresh AS (
    SELECT c.path, lower(c.path COLLATE "pg_c_utf8") AS fold
    FROM jsonb_to_recordset(changes) AS c(path text, before text, after text)
    WHERE c.after IS NOT NULL AND c.before IS NULL
  ), ancestor AS (
    SELECT fresh.path, substr(fresh.fold, 1, slash.at - 1) AS fold
    FROM fresh, LATERAL (
      SELECT at FROM generate_series(1, length(fresh.fold)) AS at WHERE substr(fresh.fold, at, 1) = '/'
    ) slash
  )
  SELECT * INTO offender FROM (
    SELECT fresh.path, f.path AS other FROM fresh JOIN file f ON f.project_id = locked.id
      AND lower(f.path COLLATE "pg_c_utf8") = fresh.fold AND f.path <> fresh.path
    UNION ALL
    SELECT fresh.path, f.path FROM fresh JOIN file f ON f.project_id = locked.id
      AND lower(f.path COLLATE "pg_c_utf8") >= fresh.fold || '/' AND lower(f.path COLLATE "pg_c_utf8") < fresh.fold || '0'
    UNION ALL
    SELECT ancestor.path, f.path FROM ancestor JOIN file f ON f.project_id = locked.id
      AND lower(f.path COLLATE "pg_c_utf8") = ancestor.fold
  ) clash ORDER BY 1, 2 LIMIT 1;
  IF offender.path IS NOT NULL THEN
    RAISE EXCEPTION 'path conflict' USING ERRCODE = 'ESPCO',
      DETAIL = jsonb_build_object('path', offender.path, 'other', offender.other)::text;
  END IF;

  SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes INTO held FROM file WHERE project_id = locked.id;
  IF held.files > (meta ->> 'maxFiles')::integer OR held.bytes > (meta ->> 'maxProjectBytes')::bigint THEN
    RAISE EXCEPTION 'project too large' USING ERRCODE = 'ESPTL',
      DETAIL = jsonb_build_object('files', held.files, 'bytes', held.bytes)::text;
  END IF;

  INSERT INTO revision (project_id, number, op_id, author_kind, author_id, author_name, run_id, message,
      created, updated, deleted, moved)
    SELECT locked.id, next_number, meta ->> 'opId', meta #>> '{author,kind}', meta #>> '{author,id}',
      meta #>> '{author,name}', meta ->> 'runId', coalesce(meta ->> 'message', ''),
      count(*) FILTER (WHERE c.action = 'created'), count(*) FILTER (WHERE c.action = 'updated'),
      count(*) FILTER (WHERE c.action = 'deleted'), count(*) FILTER (WHERE c.action = 'moved' AND c.after IS NOT NULL)
    FROM jsonb_to_recordset(changes) AS c(action text, after text);
  INSERT INTO revision_change (project_id, number, path, action, before, after, from_path, bytes, language, encoding)
    SELECT locked.id, next_number, c.path, c.action, c.before, c.after, c."from", c.bytes, c.language, c.encoding
    FROM jsonb_to_recordset(changes) AS c(path text, action text, before text, after text, "from" text,
      bytes integer, language text, encoding text);
  UPDATE project SET head = next_number, updated_at = clock_timestamp() WHERE id = locked.id;

  -- The source of a move is part of it, not a change of its own.
  SELECT jsonb_build_object('projectId', locked.id, 'revision', next_number, 'changes', coalesce(jsonb_agg(
      jsonb_build_object('path', c.path, 'action', c.action, 'bytes', CASE WHEN c.after IS NULL THEN 0 ELSE c.bytes END,
        'sha256', c.after) ORDER BY c.path COLLATE "C"), '[]')) INTO outcome
    FROM jsonb_to_recordset(changes) AS c(path text, action text, after text, bytes integer)
    WHERE NOT (c.action = 'moved' AND c.after IS NULL);
  UPDATE operation SET result = outcome WHERE op_id = meta ->> 'opId';
  RETURN outcome;
END $$;
--> statement-breakpoint
-- meta: {opId, projectId, ownerId, author, runId?, message?, ifMatch?, expectedRevision?, maxFiles, maxProjectBytes,
--   maxFileBytes, operations: [{op, path, to?, sha256?, bytes?, language?, encoding?, expectedSha256?}]}
-- contents: [{sha256, encoding, content, bytes}], each content once.
CREATE FUNCTION apply_batch(meta jsonb, contents jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  locked project := lock_project(meta);
  expected integer := (meta ->> 'expectedRevision')::integer;
  operations jsonb := meta -> 'operations';
  offender record;
  conflicts jsonb;
  changes jsonb;
BEGIN
  IF expected > locked.head THEN
    RAISE EXCEPTION 'no such revision' USING ERRCODE = 'ES422',
      DETAIL = jsonb_build_object('pointer', '/expectedRevision', 'head', locked.head)::text;
  END IF;

  SELECT o.path, o.bytes INTO offender FROM jsonb_to_recordset(operations) AS o(path text, bytes integer)
    WHERE o.bytes > (meta ->> 'maxFileBytes')::integer LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file too large' USING ERRCODE = 'ESFTL',
      DETAIL = jsonb_build_object('path', offender.path, 'bytes', offender.bytes, 'limit', meta -> 'maxFileBytes')::text;
  END IF;

  WITH touched AS (
    SELECT o.path, o."expectedSha256" AS expected_sha
      FROM jsonb_to_recordset(operations) AS o(path text, "expectedSha256" text)
    UNION ALL
    SELECT o."to", NULL FROM jsonb_to_recordset(operations) AS o(op text, "to" text) WHERE o.op = 'move'
  )
  SELECT jsonb_agg(jsonb_build_object('path', t.path, 'theirs', f.sha256, 'base', coalesce(t.expected_sha, (
      SELECT c.after FROM revision_change c WHERE c.project_id = locked.id AND c.path = t.path AND c.number <= expected
      ORDER BY c.number DESC LIMIT 1))) ORDER BY t.path COLLATE "C") INTO conflicts
    FROM touched t LEFT JOIN file f ON f.project_id = locked.id AND f.path = t.path
    WHERE (t.expected_sha IS NOT NULL AND f.sha256 IS DISTINCT FROM t.expected_sha) OR (expected < locked.head AND EXISTS (
      SELECT FROM revision_change c WHERE c.project_id = locked.id AND c.path = t.path AND c.number > expected));
  IF conflicts IS NOT NULL THEN
    RAISE EXCEPTION 'changed meanwhile' USING ERRCODE = 'ES409',
      DETAIL = jsonb_build_object('head', locked.head, 'conflicts', conflicts)::text;
  END IF;

  SELECT coalesce(o."to", o.path) AS path INTO offender
    FROM jsonb_to_recordset(operations) AS o(op text, path text, "to" text)
    JOIN file f ON f.project_id = locked.id AND f.path = CASE o.op WHEN 'create' THEN o.path WHEN 'move' THEN o."to" END
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file exists' USING ERRCODE = 'ESFEX', DETAIL = jsonb_build_object('path', offender.path)::text;
  END IF;
  SELECT o.path INTO offender FROM jsonb_to_recordset(operations) AS o(op text, path text)
    LEFT JOIN file f ON f.project_id = locked.id AND f.path = o.path
    WHERE o.op IN ('update', 'delete', 'move') AND f.path IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file missing' USING ERRCODE = 'ESFMI', DETAIL = jsonb_build_object('path', offender.path)::text;
  END IF;

  INSERT INTO blob (project_id, sha256, encoding, content, bytes)
    SELECT locked.id, b.sha256, b.encoding, b.content, b.bytes
    FROM jsonb_to_recordset(contents) AS b(sha256 text, encoding text, content text, bytes integer)
    ON CONFLICT DO NOTHING;

  WITH o AS (
    SELECT * FROM jsonb_to_recordset(operations)
      AS o(op text, path text, "to" text, sha256 text, bytes integer, language text, encoding text)
  ), change AS (
    SELECT o.path, CASE WHEN f.path IS NULL THEN 'created' ELSE 'updated' END AS action, f.sha256 AS before,
        o.sha256 AS after, NULL AS "from", o.bytes, o.language, o.encoding
      FROM o LEFT JOIN file f ON f.project_id = locked.id AND f.path = o.path WHERE o.op IN ('create', 'update', 'write')
    UNION ALL
    SELECT o.path, CASE o.op WHEN 'move' THEN 'moved' ELSE 'deleted' END, f.sha256, NULL, NULL, f.bytes, f.language, f.encoding
      FROM o JOIN file f ON f.project_id = locked.id AND f.path = o.path WHERE o.op IN ('delete', 'move')
    UNION ALL
    SELECT o."to", 'moved', NULL, f.sha256, o.path, f.bytes, o.language, f.encoding
      FROM o JOIN file f ON f.project_id = locked.id AND f.path = o.path WHERE o.op = 'move'
  )
  SELECT jsonb_agg(to_jsonb(change)) INTO changes FROM change;
  RETURN record_revision(locked, meta, changes);
END $$;
--> statement-breakpoint
-- meta as of apply_batch, with `number`: the revision whose tree becomes the next revision's.
CREATE FUNCTION restore_revision(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  locked project := lock_project(meta);
  target integer := (meta ->> 'number')::integer;
  changes jsonb;
BEGIN
  IF target < 0 OR target > locked.head THEN RAISE EXCEPTION 'no such revision' USING ERRCODE = 'ES404'; END IF;
  WITH wanted AS (SELECT * FROM tree_at(locked.id, target)),
  change AS (
    SELECT w.path, CASE WHEN f.path IS NULL THEN 'created' ELSE 'updated' END AS action, f.sha256 AS before,
        w.sha256 AS after, w.bytes, w.language, w.encoding
      FROM wanted w LEFT JOIN file f ON f.project_id = locked.id AND f.path = w.path
      WHERE f.sha256 IS DISTINCT FROM w.sha256 OR f.encoding <> w.encoding OR f.language <> w.language
    UNION ALL
    SELECT f.path, 'deleted', f.sha256, NULL, f.bytes, f.language, f.encoding
      FROM file f WHERE f.project_id = locked.id AND NOT EXISTS (SELECT FROM wanted w WHERE w.path = f.path)
  )
  SELECT coalesce(jsonb_agg(to_jsonb(change)), '[]') INTO changes FROM change;
  RETURN record_revision(locked, meta, changes);
END $$;
