-- Raises ESSTO when an account stores more than its limit. Messages of a run are always stored, so an account can exceed
-- the limit.
CREATE OR REPLACE FUNCTION require_storage(owner text, max_bytes bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE total bigint := (SELECT a.bytes FROM account_storage a WHERE a.owner_id = owner);
BEGIN
  IF total > max_bytes THEN
    RAISE EXCEPTION 'storage is full' USING ERRCODE = 'ESSTO',
      DETAIL = jsonb_build_object('bytes', total, 'limit', max_bytes)::text;
  END IF;
END $$;
