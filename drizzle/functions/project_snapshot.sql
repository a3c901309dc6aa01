-- Returns the data of a project that the start of a run reads: name, head, budget, own agents, files and messages, and
-- `mark`, a fingerprint of the fields that the start depends on (name, budget, own agents), which verifies a cached
-- snapshot. NULL when the project is not the owner's. Files or messages beyond the limits are null. It is a function so
-- that its plan is cached; it returns `json`, which costs less to build than `jsonb`, since the database does not read it.
CREATE OR REPLACE FUNCTION project_snapshot(project_id text, owner text, on_day date, max_files integer,
  max_messages integer, max_bytes integer) RETURNS json LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE snapshot json;
BEGIN
  SELECT json_build_object(
    'mark', md5(json_build_array(p.name, decides.budget, decides.agents)::text),
    'taken', coalesce((SELECT s.spent + s.reserved FROM spending s WHERE s.owner_id = owner AND s.day = on_day), 0),
    'name', p.name,
    'head', p.head,
    'budget', decides.budget,
    'agents', decides.agents,
    'files', (SELECT CASE WHEN count(*) <= max_files THEN coalesce(json_agg(json_build_object('path', f.path,
        'sha256', f.sha256, 'bytes', f.bytes, 'language', f.language, 'encoding', f.encoding, 'revision', f.revision)
        ORDER BY f.path COLLATE "C"), '[]') END
      FROM (SELECT * FROM file WHERE file.project_id = p.id LIMIT max_files + 1) f),
    -- Two subqueries, since an aggregate is made before the CASE around it decides; stored sizes are known without reading.
    'messages', CASE WHEN (SELECT coalesce(sum(pg_column_size(m.content)), 0)
        FROM (SELECT message.content FROM message WHERE message.project_id = p.id
          ORDER BY message.id DESC LIMIT max_messages) m) <= max_bytes
      THEN (SELECT coalesce(json_agg(json_build_object('id', m.id, 'role', m.role, 'runId', m.run_id, 'agent', m.agent,
          'content', m.content, 'createdAt', to_char(m.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
          ORDER BY m.id), '[]')
        FROM (SELECT * FROM message WHERE message.project_id = p.id ORDER BY message.id DESC LIMIT max_messages) m) END
  ) INTO snapshot
  FROM project p, LATERAL (
    SELECT (SELECT u.daily_micro_usd FROM "user" u WHERE u.id = owner) AS budget,
      (SELECT coalesce(json_agg(a.definition ORDER BY a.name), '[]') FROM project_agent a
        WHERE a.project_id = p.id AND a.owner_id = owner) AS agents
    -- Kept from being taken apart, and so asked twice.
    OFFSET 0) decides
  WHERE p.id = project_snapshot.project_id AND p.owner_id = owner;
  RETURN snapshot;
END $$;
