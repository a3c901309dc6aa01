-- The size of a file needs no lock and no row: the API Worker refuses one that is too large before it sends the batch
-- (worker/projects/batch-statement.ts), as it did beside this function.
-- Applies a batch of file operations as one revision, inside the caller's transaction and after the operation's row
-- was inserted. `meta.operations` are `file_operation` records; `contents` are the texts of `meta.contents`, in its
-- order. Returns {projectId, revision, changes}. A guard that fails raises a SQLSTATE of class ES, which
-- worker/database/errors.ts turns into a code; its DETAIL is JSON: ES404 no such project, ES409 changed since
-- `meta.expectedRevision`, ES412 precondition, ES422 no such revision, ESFEX file exists, ESFMI file missing, ESPCO
-- path conflict, ESPTL project too large, ESSTO storage full. The API Worker checks the size of each file.
-- plan_cache_mode = force_generic_plan: a batch runs a dozen statements; planning each one every time took longer than
-- running them (one file: 4.9 ms, with cached plans 2.3 ms).
CREATE OR REPLACE FUNCTION apply_batch(meta jsonb, contents text[]) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  locked project := lock_project(meta);
  expected integer := (meta ->> 'expectedRevision')::integer;
  operations file_operation[];
  offender record;
  conflicts jsonb;
  changes file_change[];
  new_bytes bigint;
BEGIN
  IF expected > locked.head THEN
    RAISE EXCEPTION 'no such revision' USING ERRCODE = 'ES422',
      DETAIL = jsonb_build_object('pointer', '/expectedRevision', 'head', locked.head)::text;
  END IF;
  SELECT array_agg(o) INTO operations FROM jsonb_populate_recordset(NULL::file_operation, meta -> 'operations') AS o;

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

  WITH stored AS (
    INSERT INTO blob (space, sha256, encoding, content, bytes)
      SELECT locked.space, b.sha256, b.encoding, contents[b.place], b.bytes
      FROM ROWS FROM (jsonb_to_recordset(meta -> 'contents') AS (sha256 text, encoding text, bytes integer))
        WITH ORDINALITY AS b(sha256, encoding, bytes, place)
      ON CONFLICT DO NOTHING RETURNING bytes
  )
  SELECT coalesce(sum(bytes), 0) INTO new_bytes FROM stored;
  -- An import has sent its contents ahead, and they are the account's from now on.
  IF meta ? 'isImport' THEN SELECT coalesce(sum(bytes), 0) INTO new_bytes FROM blob WHERE space = locked.space; END IF;

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
  RETURN record_revision(locked, meta || jsonb_build_object('newContentBytes', new_bytes), changes);
END $$;
