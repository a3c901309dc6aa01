-- Replaces the reservation for the files of one app's target, unless the files of all the account's apps would then exceed
-- its limit. Reducing a reservation always succeeds. Returns false when the limit or an unknown project
-- prevents the reservation.
CREATE OR REPLACE FUNCTION reserve_app_files(project text, app_target text, wanted bigint, max_bytes bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  owner text := (SELECT p.owner_id FROM project p WHERE p.id = project FOR KEY SHARE);
  others bigint;
BEGIN
  -- One reservation of an account at a time, so that two cannot exceed the limit together.
  PERFORM FROM account_storage a WHERE a.owner_id = owner FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT coalesce(sum(f.bytes), 0) INTO others FROM app_files f JOIN project p ON p.id = f.project_id
    WHERE p.owner_id = owner AND NOT (f.project_id = project AND f.target = app_target);
  IF others + wanted > max_bytes AND wanted > coalesce((SELECT f.bytes FROM app_files f
    WHERE f.project_id = project AND f.target = app_target), 0) THEN RETURN false; END IF;
  INSERT INTO app_files (project_id, target, bytes) VALUES (project, app_target, wanted)
    ON CONFLICT (project_id, target) DO UPDATE SET bytes = excluded.bytes;
  RETURN true;
END $$;
