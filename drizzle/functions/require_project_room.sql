-- Raises ESTMP when an account has more projects than its limit. It follows the insert, which has locked the account's
-- row, so that of concurrent inserts the last ones fail.
CREATE OR REPLACE FUNCTION require_project_room(owner text, max_projects integer) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF (SELECT a.projects FROM account_storage a WHERE a.owner_id = owner) > max_projects THEN
    RAISE EXCEPTION 'too many projects' USING ERRCODE = 'ESTMP', DETAIL = jsonb_build_object('limit', max_projects)::text;
  END IF;
END $$;
