-- Adds to an account's stored bytes, and raises ESSTO when they exceed the limit. NULL means no limit.
CREATE OR REPLACE FUNCTION add_stored_bytes(owner text, added bigint, max_bytes bigint) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE total bigint;
BEGIN
  UPDATE account_storage a SET bytes = a.bytes + added WHERE a.owner_id = owner RETURNING a.bytes INTO total;
  IF total > max_bytes THEN
    RAISE EXCEPTION 'storage is full' USING ERRCODE = 'ESSTO',
      DETAIL = jsonb_build_object('bytes', total, 'limit', max_bytes)::text;
  END IF;
END $$;
