-- Inserts a run's messages, given as JSON with the API Worker's property names, and adds their size to the account's
-- storage. Inserts none when the project no longer exists: the caller has locked the project against deletion.
CREATE OR REPLACE FUNCTION add_messages(project text, messages jsonb) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  grown bigint;
  owner text;
BEGIN
  WITH added AS (
    INSERT INTO message (id, project_id, run_id, role, agent, content, created_at)
      SELECT m.id, p.id, m."runId", m.role, m.agent, m.content, m."createdAt"
      FROM project p, jsonb_to_recordset(messages) AS m(id text, "runId" text, role text, agent text, content jsonb,
        "createdAt" timestamptz)
      WHERE p.id = add_messages.project
      ON CONFLICT DO NOTHING RETURNING content
  )
  SELECT coalesce(sum(pg_column_size(content)), 0) INTO grown FROM added;
  IF grown = 0 THEN RETURN; END IF;
  UPDATE project p SET log_bytes = p.log_bytes + grown WHERE p.id = add_messages.project RETURNING p.owner_id INTO owner;
  -- What was said is kept, however full the account is: its next batch is what fails.
  PERFORM add_stored_bytes(owner, grown, NULL);
END $$;
