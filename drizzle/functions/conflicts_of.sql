-- Returns the paths of a batch that changed since its base revision, or whose content differs from the expected content;
-- NULL when there is none.
CREATE OR REPLACE FUNCTION conflicts_of(project text, head integer, expected integer, operations file_operation[])
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
