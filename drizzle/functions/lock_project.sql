-- Locks a project's row for a write and returns it. Raises ES404 when the project is not the owner's, and ES412 when its
-- ETag differs from `meta.ifMatch`.
CREATE OR REPLACE FUNCTION lock_project(meta jsonb) RETURNS project LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE found_project project;
BEGIN
  SELECT * INTO found_project FROM project
    WHERE id = meta ->> 'projectId' AND owner_id = meta ->> 'ownerId' FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such project' USING ERRCODE = 'ES404'; END IF;
  IF meta ->> 'ifMatch' <> project_etag(found_project.head, found_project.updated_at) THEN
    RAISE EXCEPTION 'the project has changed' USING ERRCODE = 'ES412';
  END IF;
  RETURN found_project;
END $$;
