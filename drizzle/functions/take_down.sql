-- Takes a project's published and staged app offline on behalf of an operator, and revokes its preview links and visits.
-- Returns the owner's id; NULL when neither is online.
CREATE OR REPLACE FUNCTION take_down(taken_id text, audit_id text, operator text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  owner text;
  publication_number integer;
  was_staged boolean;
BEGIN
  UPDATE staged_publication SET label = NULL, revision = NULL, number = number + 1, due_at = now()
    WHERE project_id = taken_id AND revision IS NOT NULL;
  was_staged := FOUND;
  UPDATE project SET visibility = 'private', published_revision = NULL, publication = publication + 1,
    preview_epoch = preview_epoch + 1, updated_at = clock_timestamp() WHERE id = taken_id AND visibility = 'public'
    RETURNING owner_id, publication INTO owner, publication_number;
  IF FOUND THEN
    INSERT INTO publication_outbox (project_id, number, due_at) VALUES (taken_id, publication_number, now())
      ON CONFLICT (project_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at;
  ELSIF was_staged THEN
    SELECT owner_id INTO owner FROM project WHERE id = taken_id;
  ELSE
    RETURN NULL;
  END IF;
  INSERT INTO audit (id, user_id, actor_kind, actor_id, action, subject)
    VALUES (audit_id, owner, 'system', operator, 'project.unpublished', taken_id) ON CONFLICT DO NOTHING;
  RETURN owner;
END $$;
