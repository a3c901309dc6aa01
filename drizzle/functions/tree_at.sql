-- Returns the files of a project at one revision: for each path the last change at or before it.
CREATE OR REPLACE FUNCTION tree_at(project text, at_number integer)
RETURNS TABLE (path text, sha256 text, bytes integer, language text, encoding text, revision integer)
LANGUAGE sql STABLE AS $$
  SELECT t.path, t.after, t.bytes, t.language, t.encoding, t.number FROM (
    SELECT DISTINCT ON (c.path) c.path, c.after, c.bytes, c.language, c.encoding, c.number
    FROM revision_change c WHERE c.project_id = project AND c.number <= at_number
    ORDER BY c.path, c.number DESC
  ) t WHERE t.after IS NOT NULL
$$;
