-- Deletes a project. Keeps contents that a fork still uses, and subtracts the size of the others from the account's
-- storage. The reservations of the project's runs stay until they are settled.
CREATE OR REPLACE FUNCTION delete_project(meta jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  locked project := lock_project(meta);
  freed bigint;
BEGIN
  DELETE FROM project WHERE id = locked.id;
  WITH gone AS (
    DELETE FROM blob b WHERE b.space = locked.space AND NOT EXISTS (
      SELECT FROM project p JOIN revision_change c ON c.project_id = p.id
      WHERE p.space = locked.space AND c.after = b.sha256)
    RETURNING bytes
  )
  SELECT coalesce(sum(bytes), 0) INTO freed FROM gone;
  UPDATE account_storage SET bytes = greatest(0, bytes - freed) WHERE owner_id = locked.owner_id;
  UPDATE operation SET result = jsonb_build_object('projectId', locked.id) WHERE op_id = meta ->> 'opId';
END $$;
