-- File batches. Each function runs inside the caller's transaction, after the row of its operation was inserted.
-- A guard that fails raises a SQLSTATE of class ES, which worker/database/errors.ts turns into a code;
-- DETAIL is JSON for the answer. ES404 no such project, ES412 precondition, ES422 unusable number, ES409 changed
-- meanwhile, ESFEX file exists, ESFMI file missing, ESPCO path conflict, ESFTL file too large, ESPTL project too large.

-- plan_cache_mode = force_generic_plan: a batch runs a dozen statements, and planning each of them anew took longer than
-- running them (one file: 4.9 ms, and 2.3 with kept plans).

-- Two paths that differ by case alone, or a file where a folder is, cannot be checked out on every system.
CREATE INDEX file_fold ON file (project_id, (lower(path COLLATE "pg_c_utf8")));
--> statement-breakpoint
-- LZ4 takes a fraction of pglz's time for about its size; a server built without it keeps pglz.
DO $$ BEGIN
  ALTER TABLE blob ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
--> statement-breakpoint
-- What a revision does to a path. A move is two: where it was (`after` null) and where it is (`source` set).
CREATE TYPE file_change AS (
  path text, action text, before text, after text, source text, bytes integer, language text, encoding text
);
--> statement-breakpoint
CREATE FUNCTION sortable_id(prefix text) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT prefix || '_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)
$$;
--> statement-breakpoint
-- Fails the transaction with a state of class ES where the operation has no result: an INSERT of no row is no error.
CREATE FUNCTION require_result(operation_id text, state text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM operation WHERE op_id = operation_id AND jsonb_typeof(result) <> 'null') THEN
    RAISE EXCEPTION 'nothing was done' USING ERRCODE = state;
  END IF;
END $$;
--> statement-breakpoint
-- Writes an event and a delivery for each webhook that wants it, in the transaction of what the event tells of.
CREATE FUNCTION tell(event_id text, owner text, project text, event_type text, event_data jsonb) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO event (id, owner_id, project_id, type, data) VALUES (event_id, owner, project, event_type, event_data);
  INSERT INTO delivery (id, event_id, webhook_id, status, next_attempt_at)
    SELECT sortable_id('dlv'), tell.event_id, w.id, 'pending', now() FROM webhook w
    WHERE w.owner_id = owner AND w.enabled AND event_type = ANY (w.events)
      AND (w.project_id IS NULL OR w.project_id = project);
END $$;
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
CREATE FUNCTION lock_project(meta jsonb) RETURNS project LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
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
-- A path that is new must not be another's folder, have another as its folder, or differ from another by case alone.
-- Each new path asks the index a few times. The planner has no statistics of rows that this very transaction has put
-- there, and left alone it reads them all for each: 220 ms for 1,000 files instead of 10.
CREATE FUNCTION refuse_path_conflicts(project text, fresh text[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE offender record;
BEGIN
  WITH new_path AS (
    SELECT path, lower(path COLLATE "pg_c_utf8") AS fold FROM unnest(fresh) AS path
  ), folder AS (
    SELECT DISTINCT ON (fold) array_to_string(parts[1:depth], '/') AS fold, path
    FROM (SELECT path, string_to_array(fold, '/') AS parts FROM new_path) split,
      LATERAL generate_series(1, cardinality(parts) - 1) AS depth
  )
  SELECT * INTO offender FROM (
    SELECT n.path, f.path AS other FROM new_path n, LATERAL (
      SELECT path FROM file WHERE project_id = project AND lower(file.path COLLATE "pg_c_utf8") = n.fold
        AND file.path <> n.path LIMIT 1) f
    UNION ALL
    SELECT n.path, f.path FROM new_path n, LATERAL (
      SELECT path FROM file WHERE project_id = project AND lower(file.path COLLATE "pg_c_utf8") > n.fold || '/'
        AND lower(file.path COLLATE "pg_c_utf8") < n.fold || '0' LIMIT 1) f
    UNION ALL
    SELECT d.path, f.path FROM folder d, LATERAL (
      SELECT path FROM file WHERE project_id = project AND lower(file.path COLLATE "pg_c_utf8") = d.fold LIMIT 1) f
  ) clash ORDER BY 1, 2 LIMIT 1;
  IF offender.path IS NOT NULL THEN
    RAISE EXCEPTION 'path conflict' USING ERRCODE = 'ESPCO',
      DETAIL = jsonb_build_object('path', offender.path, 'other', offender.other)::text;
  END IF;
END $$;
--> statement-breakpoint
-- Applies changes as the project's next revision, and stores the result in the operation's row.
CREATE FUNCTION record_revision(locked project, meta jsonb, changes file_change[]) RETURNS jsonb LANGUAGE plpgsql
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
  RETURN outcome;
END $$;
--> statement-breakpoint
CREATE TYPE file_operation AS (
  op text, path text, "to" text, sha256 text, bytes integer, language text, encoding text, "expectedSha256" text
);
--> statement-breakpoint
-- What of a batch's paths has changed since the revision it was made against, or is not what it expected to find.
CREATE FUNCTION conflicts_of(project text, head integer, expected integer, operations file_operation[])
RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH touched AS (
    SELECT o.path, o."expectedSha256" AS expected_sha, o.op FROM unnest(operations) AS o
    UNION ALL
    SELECT o."to", NULL, o.op FROM unnest(operations) AS o WHERE o.op = 'move'
  )
  SELECT jsonb_agg(jsonb_build_object('path', t.path, 'theirs', f.sha256, 'base', coalesce(t.expected_sha, (
      SELECT c.after FROM revision_change c WHERE c.project_id = project AND c.path = t.path AND c.number <= expected
      ORDER BY c.number DESC LIMIT 1))) ORDER BY t.path COLLATE "C")
    FROM touched t LEFT JOIN file f ON f.project_id = project AND f.path = t.path
    -- A write that expected to find something finds nothing: it must not make it. The others fail as "file missing".
    WHERE (f.sha256 <> t.expected_sha) OR (t.op = 'write' AND t.expected_sha IS NOT NULL AND f.sha256 IS NULL)
      OR (expected < head AND EXISTS (
      SELECT FROM revision_change c WHERE c.project_id = project AND c.path = t.path AND c.number > expected))
$$;
--> statement-breakpoint
-- meta: {opId, projectId, ownerId, author, runId?, message?, ifMatch?, expectedRevision?, maxFiles, maxProjectBytes,
--   maxFileBytes, operations: [{op, path, to?, sha256?, bytes?, language?, encoding?, expectedSha256?}],
--   contents: [{sha256, encoding, bytes}]}
-- contents: the texts of meta's contents, in their order: not inside the JSON, which would be encoded and parsed twice.
CREATE FUNCTION apply_batch(meta jsonb, contents text[]) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  locked project := lock_project(meta);
  expected integer := (meta ->> 'expectedRevision')::integer;
  operations file_operation[];
  offender record;
  conflicts jsonb;
  changes file_change[];
BEGIN
  IF expected > locked.head THEN
    RAISE EXCEPTION 'no such revision' USING ERRCODE = 'ES422',
      DETAIL = jsonb_build_object('pointer', '/expectedRevision', 'head', locked.head)::text;
  END IF;
  SELECT array_agg(o) INTO operations FROM jsonb_populate_recordset(NULL::file_operation, meta -> 'operations') AS o;

  SELECT o.path, o.bytes INTO offender FROM unnest(operations) AS o WHERE o.bytes > (meta ->> 'maxFileBytes')::integer LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file too large' USING ERRCODE = 'ESFTL',
      DETAIL = jsonb_build_object('path', offender.path, 'bytes', offender.bytes, 'limit', meta -> 'maxFileBytes')::text;
  END IF;

  IF expected < locked.head OR EXISTS (SELECT FROM unnest(operations) AS o WHERE o."expectedSha256" IS NOT NULL) THEN
    conflicts := conflicts_of(locked.id, locked.head, expected, operations);
  END IF;
  IF conflicts IS NOT NULL THEN
    RAISE EXCEPTION 'changed meanwhile' USING ERRCODE = 'ES409',
      DETAIL = jsonb_build_object('head', locked.head, 'conflicts', conflicts)::text;
  END IF;

  SELECT f.path INTO offender FROM unnest(operations) AS o
    JOIN file f ON f.project_id = locked.id AND f.path = CASE o.op WHEN 'create' THEN o.path WHEN 'move' THEN o."to" END
    LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file exists' USING ERRCODE = 'ESFEX', DETAIL = jsonb_build_object('path', offender.path)::text;
  END IF;
  SELECT o.path INTO offender FROM unnest(operations) AS o
    LEFT JOIN file f ON f.project_id = locked.id AND f.path = o.path
    WHERE o.op IN ('update', 'delete', 'move') AND f.path IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'file missing' USING ERRCODE = 'ESFMI', DETAIL = jsonb_build_object('path', offender.path)::text;
  END IF;

  INSERT INTO blob (space, sha256, encoding, content, bytes)
    SELECT locked.space, b.sha256, b.encoding, contents[b.place], b.bytes
    FROM ROWS FROM (jsonb_to_recordset(meta -> 'contents') AS (sha256 text, encoding text, bytes integer))
      WITH ORDINALITY AS b(sha256, encoding, bytes, place)
    ON CONFLICT DO NOTHING;

  SELECT array_agg(c) INTO changes FROM (
    SELECT (o.path, CASE WHEN f.path IS NULL THEN 'created' ELSE 'updated' END, f.sha256, o.sha256, NULL, o.bytes,
        o.language, o.encoding)::file_change AS c
      FROM unnest(operations) AS o LEFT JOIN file f ON f.project_id = locked.id AND f.path = o.path
      WHERE o.op IN ('create', 'update', 'write')
    UNION ALL
    SELECT (o.path, CASE o.op WHEN 'move' THEN 'moved' ELSE 'deleted' END, f.sha256, NULL, NULL, f.bytes, f.language,
        f.encoding)::file_change
      FROM unnest(operations) AS o JOIN file f ON f.project_id = locked.id AND f.path = o.path
      WHERE o.op IN ('delete', 'move')
    UNION ALL
    SELECT (o."to", 'moved', NULL, f.sha256, o.path, f.bytes, o.language, f.encoding)::file_change
      FROM unnest(operations) AS o JOIN file f ON f.project_id = locked.id AND f.path = o.path WHERE o.op = 'move'
  ) change;
  RETURN record_revision(locked, meta, changes);
END $$;
--> statement-breakpoint
-- meta as of apply_batch, with `number`: the revision whose tree becomes the next revision's.
CREATE FUNCTION restore_revision(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  locked project := lock_project(meta);
  target integer := (meta ->> 'number')::integer;
  changes file_change[];
BEGIN
  IF target < 0 OR target > locked.head THEN RAISE EXCEPTION 'no such revision' USING ERRCODE = 'ES404'; END IF;
  WITH wanted AS MATERIALIZED (SELECT * FROM tree_at(locked.id, target))
  SELECT coalesce(array_agg(c), '{}') INTO changes FROM (
    SELECT (w.path, CASE WHEN f.path IS NULL THEN 'created' ELSE 'updated' END, f.sha256, w.sha256, NULL, w.bytes,
        w.language, w.encoding)::file_change AS c
      FROM wanted w LEFT JOIN file f ON f.project_id = locked.id AND f.path = w.path
      WHERE f.sha256 IS DISTINCT FROM w.sha256 OR f.encoding <> w.encoding OR f.language <> w.language
    UNION ALL
    SELECT (f.path, 'deleted', f.sha256, NULL, NULL, f.bytes, f.language, f.encoding)::file_change
      FROM file f WHERE f.project_id = locked.id AND NOT EXISTS (SELECT FROM wanted w WHERE w.path = f.path)
  ) change;
  RETURN record_revision(locked, meta, changes);
END $$;
--> statement-breakpoint
-- meta as of apply_batch, with `source`, the project to fork, and `name`. `projectId` is the fork's. No content moves:
-- a fork shares the space of the project it came from.
CREATE FUNCTION fork_project(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  source project := lock_project(meta || jsonb_build_object('projectId', meta ->> 'source'));
  forked project;
  changes file_change[];
  outcome jsonb;
BEGIN
  INSERT INTO project (id, owner_id, name, description, space)
    VALUES (meta ->> 'projectId', source.owner_id, coalesce(meta ->> 'name', source.name), source.description, source.space)
    RETURNING * INTO forked;
  SELECT array_agg((f.path, 'created', NULL, f.sha256, NULL, f.bytes, f.language, f.encoding)::file_change) INTO changes
    FROM file f WHERE f.project_id = source.id;
  IF changes IS NOT NULL THEN
    PERFORM record_revision(forked, meta || jsonb_build_object('message',
      'Fork of ' || source.name || ' at revision ' || source.head), changes);
  END IF;
  -- The whole fork is the answer, so that nobody has to ask for it again.
  UPDATE operation SET result = (
    SELECT jsonb_build_object('projectId', p.id, 'name', p.name, 'description', p.description, 'head', p.head,
      'visibility', p.visibility, 'createdAt', p.created_at, 'updatedAt', p.updated_at)
    FROM project p WHERE p.id = forked.id) WHERE op_id = meta ->> 'opId' RETURNING result INTO outcome;
  RETURN outcome;
END $$;
--> statement-breakpoint
-- Deletes a project with all it holds. Contents that a fork still uses stay.
CREATE FUNCTION delete_project(meta jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE locked project := lock_project(meta);
BEGIN
  -- What its unended runs had set aside is free again: they end without being asked.
  UPDATE spending s SET reserved = greatest(0, s.reserved - r.total) FROM (
    SELECT (request ->> 'day')::date AS day, sum((request ->> 'reservedMicroUsd')::bigint) AS total
    FROM run WHERE project_id = locked.id AND ended_at IS NULL GROUP BY 1
  ) r WHERE s.owner_id = locked.owner_id AND s.day = r.day;
  DELETE FROM project WHERE id = locked.id;
  DELETE FROM blob b WHERE b.space = locked.space AND NOT EXISTS (
    SELECT FROM project p JOIN revision_change c ON c.project_id = p.id
    WHERE p.space = locked.space AND c.after = b.sha256);
  UPDATE operation SET result = jsonb_build_object('projectId', locked.id) WHERE op_id = meta ->> 'opId';
END $$;
