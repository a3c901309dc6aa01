-- Makes the tree of an earlier revision (`meta.number`) the project's next revision, without copying content. Other fields
-- of `meta` and the errors are those of apply_batch.
CREATE OR REPLACE FUNCTION restore_revision(meta jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
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
  -- The tree is what it was before those runs were undone.
  UPDATE run SET undone_by = NULL WHERE project_id = locked.id AND undone_by > target;
  RETURN record_revision(locked, meta, changes);
END $$;
