-- Trigger: subtracts a deleted project from its account's storage, also when its owner is deleted. The sweep deletes the
-- contents that no longer belong to a project.
CREATE OR REPLACE FUNCTION count_deleted_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE account_storage SET projects = greatest(0, projects - 1), bytes = greatest(0, bytes - OLD.log_bytes)
    WHERE owner_id = OLD.owner_id;
  INSERT INTO unowned_space (space, due_at) SELECT OLD.space, now()
    WHERE NOT EXISTS (SELECT FROM project WHERE space = OLD.space) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
